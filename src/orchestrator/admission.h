#pragma once
#include "domain/execution.h"
#include "domain/migration.h"
#include "domain/user.h"
#include "orchestrator/execution_run.h"

namespace hotswap::orchestrator {

/// The Pending execution that comes of a request, not yet in the store. Reads the store and parses the script. Throws
/// Error: Conflict (state of the migration, dependencies open, a plan that can't be made), ValidationError (options, a
/// syntax error with line and column).
Execution admit(const Migration& migration, const ExecutionOptions& options, const Actor& actor, const RunParts& parts);

/// Throws Error (Conflict) where an execution that has come to its end has left nothing to undo, or was a dry run.
void requireUndoable(const Execution& execution);

}  // namespace hotswap::orchestrator
