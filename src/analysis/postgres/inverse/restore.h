#pragma once
#include "analysis/postgres/inverse/way_back.h"

namespace hotswap::analysis::postgres {

/// Makes anew, from the definitions, everything that was there before and is not there any more: relations, types and
/// functions with all that was said of them, and parts of relations that are still there (columns, constraints,
/// indexes, triggers, policies, rules, statistics, defaults).
void restoreLost(WayBack& way, bool concurrently = false);

}  // namespace hotswap::analysis::postgres
