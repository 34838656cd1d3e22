#pragma once
#include <string>
#include <vector>

namespace hotswap::analysis {

/// The way back of one statement.
struct Inverse {
  /// What brings the schema back, in the order in which it is run, without semicolons; empty where nothing has to be
  /// done, or nothing can be.
  std::vector<std::string> statements;
  /// Why not all comes back, a sentence each: what is lost, or what can't be told. None: the schema is afterwards as
  /// it was before, and the statement has taken no rows or values away.
  std::vector<std::string> losses;

  [[nodiscard]] bool reversible() const { return losses.empty(); }
};

}  // namespace hotswap::analysis
