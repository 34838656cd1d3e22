#include "orchestrator/admission.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "strategy/plan.h"

namespace hotswap::orchestrator {

namespace {

void requireReady(const Migration& migration, store::Store& store) {
  if (!mayExecute(migration.status)) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} is {}; it can't be executed now.", migration.name,
                                                 toText(migration.status)));
  }
  if (const auto open = store.migrations().openDependencies(migration.id); !open.empty()) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} depends on {}, which has not succeeded yet.",
                                                 migration.name, fmt::join(open, ", ")));
  }
}

void requireSyntax(const db::ParsedScript& script) {
  if (!script.error) return;
  const std::string what = fmt::format("line {}, column {}: {}", script.error->position.line,
                                       script.error->position.column, script.error->message);
  throw Error(ErrorCode::ValidationError, "The script has a syntax error at " + what, {{"migrationScript", what}});
}

}  // namespace

Execution admit(const Migration& migration, const ExecutionOptions& options, const Actor& actor,
                const RunParts& parts) {
  if (auto details = checkFields(options); !details.empty()) {
    throw Error(ErrorCode::ValidationError, "The options of the execution are wrong.", std::move(details));
  }
  requireReady(migration, parts.store);
  const DatabaseTarget database = parts.store.databases().get(migration.targetDatabaseId);
  static_cast<void>(strategy::makePlan(database, options));
  requireSyntax(parts.engines.of(database.type).script().parse(migration.migrationScript));

  Execution execution;
  execution.id = ExecutionId::make(parts.clock, parts.random);
  execution.migrationId = migration.id;
  execution.databaseId = database.id;
  execution.options = options;
  execution.migrationScript = migration.migrationScript;
  execution.rollbackScript = migration.rollbackScript;
  execution.createdAt = parts.clock.now();
  execution.initiatedBy = actor.username;
  return execution;
}

void requireUndoable(const Execution& execution) {
  const bool unfinished = execution.status == ExecutionStatus::Failed && !execution.schemaBefore.empty();
  if (execution.status != ExecutionStatus::Succeeded && !unfinished) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The execution is {}; there is nothing to roll back.", toText(execution.status)));
  }
  if (execution.options.dryRun) {
    throw Error(ErrorCode::Conflict, "A dry run changes nothing; there is nothing to roll back.");
  }
}

}  // namespace hotswap::orchestrator
