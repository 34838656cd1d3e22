#pragma once
#include <string>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/execution.h"
#include "versioned/history_entry.h"

namespace hotswap::orchestrator {

/// Writes into the history of the target database (`schema_version`, which `hotswap migrate status` shows) that an
/// execution has applied its migration there, or rolled it back: a migration that was never applied has nothing to roll
/// back, and what stands there already isn't written again. The execution must hold the lock of the database. Throws
/// SqlError, and Error (Conflict) where another tool has a table of that name.
void recordInHistory(const db::Engine& engine, const ConnectionString& target, const Execution& execution,
                     const std::string& migrationName, versioned::EntryState state, TimePoint at,
                     Milliseconds executionTime);

}  // namespace hotswap::orchestrator
