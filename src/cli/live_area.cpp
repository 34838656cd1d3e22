#include "cli/live_area.h"

#include <fmt/format.h>

#include <ostream>

namespace hotswap::cli {

namespace {

// ECMA-48: CUU moves the cursor up, ED erases from it to the end.
std::string erased(std::size_t lines) { return lines == 0 ? std::string() : fmt::format("\x1b[{}A\r\x1b[J", lines); }

}  // namespace

void LiveArea::show(const std::vector<std::string>& lines, const std::vector<std::string>& block) {
  if (lines.empty() && block == drawn_) return;
  // One write, so that a slow terminal never shows the erased state.
  std::string text = erased(drawn_.size());
  for (const std::string& line : lines) text += line + "\n";
  for (const std::string& line : block) text += line + "\n";
  out_ << text << std::flush;
  drawn_ = block;
}

void LiveArea::clear() {
  out_ << erased(drawn_.size()) << std::flush;
  drawn_.clear();
}

}  // namespace hotswap::cli
