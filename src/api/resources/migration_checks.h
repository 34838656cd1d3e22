#pragma once
#include <vector>

#include "api/context.h"
#include "domain/database.h"
#include "domain/migration.h"
#include "domain/report.h"

namespace hotswap::api {

/// Checks both scripts of a migration for its target by the engine's grammar, without a server; sets the risk to at
/// least the computed one. Returns what the analysis found, with a warning where there is no way back. Throws
/// ScriptError for scripts that can't run anywhere, Error (ValidationError) where Production would have no way back.
std::vector<Finding> checkScripts(const Services& services, const DatabaseTarget& database, Migration& migration);

}  // namespace hotswap::api
