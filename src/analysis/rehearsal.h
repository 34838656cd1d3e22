#pragma once
#include <optional>
#include <string>

#include "analysis/conflicts.h"
#include "db/engine.h"
#include "domain/connection_string.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// Runs a script forward, back and forward again in a scratch database on the target's server that has the target's
/// schema and no rows: the way back must bring back the schema, the second run forward must leave what the first left.
/// Nothing of the target is changed; the scratch database is dropped in every case. What stands in the way (no right to
/// make a database, a schema that can't be copied, a statement that reaches out of its database) is said in the result.
/// `back`: absent where there is none; then only the way forward is rehearsed. Throws SqlError where the target itself
/// can't be reached or read.
Rehearsal rehearse(const db::Engine& engine, const ConnectionString& target, const std::string& forward,
                   const std::optional<std::string>& back, const Deadline& deadline);

}  // namespace hotswap::analysis
