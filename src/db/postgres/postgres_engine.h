#pragma once
#include <memory>

#include "db/engine.h"

namespace hotswap::db::postgres {

/// PostgreSQL 12 and later, over libpq and libpg_query.
std::unique_ptr<Engine> makeEngine();

}  // namespace hotswap::db::postgres
