#pragma once
#include <string>

#include "db/engine.h"
#include "versioned/adopt/foreign_history.h"

namespace hotswap::versioned {

/// The table in which a tool keeps its history: the one that `named` names (`name` or `schema.name`), or where that is
/// empty, the usual one. Throws Error (NotFound) where there is none, and Error (Conflict) where the one there is
/// another tool's; both name the tool whose table is there.
ForeignTable findTable(const db::Engine& engine, db::Session& session, const ForeignHistory& foreign,
                       const std::string& named);

}  // namespace hotswap::versioned
