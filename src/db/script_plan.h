#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "db/script.h"

namespace hotswap::db {

/// Statements that are run together: in one transaction, or a single one outside of any.
struct Unit {
  std::size_t first = 0;  ///< index of its first statement
  std::size_t count = 0;
  bool transactional = true;
};

/// Groups statements, in order: those that can run in a transaction and stand together form one unit, up to one that a
/// comment wants to begin another; each that can't is a unit of its own. Pure.
std::vector<Unit> planUnits(const std::vector<Statement>& statements);

}  // namespace hotswap::db
