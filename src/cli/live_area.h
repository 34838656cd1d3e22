#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace hotswap::cli {

/// The lower end of a terminal that is drawn over and over: lines printed for good scroll up above a block that
/// changes.
class LiveArea {
 public:
  explicit LiveArea(std::ostream& out) : out_(out) {}

  /// Prints lines for good, then draws the block below them. Writes nothing where neither is new.
  void show(const std::vector<std::string>& lines, const std::vector<std::string>& block);
  /// Takes the block away.
  void clear();

 private:
  std::ostream& out_;
  std::vector<std::string> drawn_;
};

}  // namespace hotswap::cli
