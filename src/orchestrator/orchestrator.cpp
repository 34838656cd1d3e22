#include "orchestrator/orchestrator.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "observe/log.h"
#include "orchestrator/admission.h"
#include "orchestrator/execution_queue.h"
#include "orchestrator/execution_run.h"

namespace hotswap::orchestrator {

namespace {

/// Who asked for something and why; people give connection strings as reasons too.
std::string askedBy(const char* what, const std::string& reason, const Actor& actor) {
  return fmt::format("{} by {}{}{}", what, actor.username, reason.empty() ? "" : ": ", observe::redact(reason));
}

std::string cancelMessage(const std::string& reason, const Actor& actor) { return askedBy("Cancelled", reason, actor); }

/// The states of its migration in which an execution that has ended may be undone. One that Failed may have been
/// followed by another that changed nothing, and left the migration as RolledBack.
std::vector<MigrationStatus> statesUndoable(const Execution& execution) {
  if (execution.status == ExecutionStatus::Succeeded) return {MigrationStatus::Succeeded};
  return {MigrationStatus::Failed, MigrationStatus::RolledBack};
}

}  // namespace

Orchestrator::Orchestrator(OrchestratorSettings settings, store::Store& store, const db::Engines& engines,
                           observe::Metrics& metrics, Clock& clock, Random& random)
    : parts_(std::make_unique<const RunParts>(RunParts{.store = store,
                                                       .engines = engines,
                                                       .metrics = metrics,
                                                       .events = events_,
                                                       .clock = clock,
                                                       .random = random,
                                                       .settings = settings.run,
                                                       .wayBackTimeout = settings.wayBackTimeout,
                                                       .owner = uuidV7(clock.now(), random)})),
      queue_(std::make_unique<ExecutionQueue>(*parts_, settings.maxConcurrentExecutions)) {}

Orchestrator::~Orchestrator() = default;

void Orchestrator::start() { queue_->open(); }

void Orchestrator::stop(Milliseconds patience) { queue_->close(patience); }

Execution Orchestrator::submit(const Migration& migration, const ExecutionOptions& options, const Actor& actor) {
  const Execution execution = admit(migration, options, actor, *parts_);
  std::optional<store::MigrationMove> move;
  if (!options.dryRun) {
    move = {.from = {migration.status}, .to = MigrationStatus::InProgress, .at = execution.createdAt};
  }
  queue_->add(execution, [&] { parts_->store.executions().add(execution, move); });
  return execution;
}

void Orchestrator::cancel(const ExecutionId& id, const std::string& reason, const Actor& actor) {
  using Answer = ExecutionQueue::StopAnswer;
  switch (queue_->stop(id, cancelMessage(reason, actor))) {
    case Answer::Accepted: return;
    case Answer::BeingUndone:
      throw Error(ErrorCode::Conflict, "The execution is being undone already; there is nothing to cancel.");
    case Answer::Ending:
      throw Error(ErrorCode::Conflict, "The execution has just succeeded; ask for its rollback instead.");
  }
}

Execution Orchestrator::rollback(const ExecutionId& id, const std::string& reason, const Actor& actor,
                                 Milliseconds patience) {
  auto& executions = parts_->store.executions();
  Execution execution = executions.get(id);
  if (!isTerminal(execution.status)) {
    try {
      const auto answer = queue_->stop(id, cancelMessage(reason, actor));
      execution = wait(id, patience);
      if (answer != ExecutionQueue::StopAnswer::Ending || !isTerminal(execution.status)) return execution;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Conflict) throw;
      execution = executions.get(id);  // it has ended in between
      if (!isTerminal(execution.status)) throw;
    }
  }
  requireUndoable(execution);
  const TimePoint now = parts_->clock.now();
  const store::MigrationMove move{.from = statesUndoable(execution), .to = MigrationStatus::InProgress, .at = now};
  execution.status = ExecutionStatus::Running;
  execution.completedAt.reset();
  execution.rollback = RollbackRecord{.reason = askedBy("Rollback asked for", reason, actor),
                                      .startedAt = now,
                                      .completedAt = {},
                                      .verified = false,
                                      .error = {}};
  queue_->add(execution, [&] {
    if (const auto later = executions.laterChange(execution)) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The execution {} came after this one on the same database; roll that one back first.",
                              later->text()));
    }
    executions.save(execution, move);
  });
  return wait(id, patience);
}

Execution Orchestrator::wait(const ExecutionId& id, Milliseconds patience) { return queue_->wait(id, patience); }

}  // namespace hotswap::orchestrator
