#include "db/script_plan.h"

namespace hotswap::db {

std::vector<Unit> planUnits(const std::vector<Statement>& statements) {
  std::vector<Unit> units;
  for (std::size_t index = 0; index < statements.size(); ++index) {
    const bool transactional = statements[index].transactional;
    if (transactional && !statements[index].beginsUnit && !units.empty() && units.back().transactional) {
      ++units.back().count;
    } else {
      units.push_back({.first = index, .count = 1, .transactional = transactional});
    }
  }
  return units;
}

}  // namespace hotswap::db
