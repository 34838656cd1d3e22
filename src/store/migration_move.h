#pragma once
#include <vector>

#include "base/clock.h"
#include "domain/migration.h"

namespace hotswap::store {

/// A migration's way from one state to the next, at `at`. It is refused with Error (Conflict) naming the present state
/// where that is none of `from`.
struct MigrationMove {
  std::vector<MigrationStatus> from;
  MigrationStatus to{};
  TimePoint at;
};

}  // namespace hotswap::store
