#include "orchestrator/execution_record.h"

#include <algorithm>
#include <utility>

namespace hotswap::orchestrator {

namespace {

/// What the audit trail calls an end.
const char* eventOf(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::Succeeded: return "execution.succeeded";
    case ExecutionStatus::RolledBack: return "execution.rolled_back";
    default: return "execution.failed";
  }
}

/// Tells a failure of the store from one of the database that is changed.
template <class Access>
auto ofStore(Access access) {
  try {
    return access();
  } catch (const Error& error) {
    throw StoreFailed(error);
  }
}

}  // namespace

std::optional<store::MigrationMove> moveAfter(const Execution& execution, TimePoint at) {
  const auto after = migrationStatusAfter(execution.status, execution.options.dryRun);
  if (!after) return std::nullopt;
  // Also from where it leads to: a last word may have to be said again.
  return store::MigrationMove{.from = {MigrationStatus::InProgress, *after}, .to = *after, .at = at};
}

ExecutionRecord::ExecutionRecord(Execution execution, store::Store& store, EventFeed& events,
                                 const Interruption& interruption, Clock& clock)
    : execution_(std::move(execution)), store_(store), events_(events), interruption_(interruption), clock_(clock) {}

void ExecutionRecord::save() {
  const std::lock_guard lock(mutex_);
  ofStore([&] { store_.executions().save(execution_); });
}

void ExecutionRecord::end(ExecutionStatus status, const std::string& message) {
  status == ExecutionStatus::Succeeded ? info(message) : error(message);
  const std::string said = observe::redact(message);
  {
    const std::lock_guard lock(mutex_);
    execution_.status = status;
    execution_.completedAt = clock_.now();
    execution_.owner.clear();
    const AuditRow row{.time = *execution_.completedAt,
                       .user = "hotswap",
                       .address = {},
                       .event = eventOf(status),
                       .object = execution_.id.text(),
                       .details = said,
                       .traceId = {}};
    ofStore([&] { store_.executions().save(execution_, moveAfter(execution_, *execution_.completedAt), row); });
  }
  publish(StatusChanged{.status = status, .message = said});
}

void ExecutionRecord::setStatus(ExecutionStatus status, const std::string& message) {
  change([&](Execution& execution) { execution.status = status; });
  publish(StatusChanged{.status = status, .message = observe::redact(message)});
}

/// What servers say and people ask for may hold a password; it must not get further than this.
void ExecutionRecord::hideSecrets() {
  execution_.errorMessage = observe::redact(execution_.errorMessage);
  if (!execution_.rollback) return;
  execution_.rollback->reason = observe::redact(execution_.rollback->reason);
  execution_.rollback->error = observe::redact(execution_.rollback->error);
}

void ExecutionRecord::setPhase(std::size_t index, PhaseStatus status) {
  change([&](Execution& execution) {
    Phase& phase = execution.phases.at(index);
    phase.status = status;
    execution.currentPhase = phase.name;
    if (!phase.startedAt) phase.startedAt = clock_.now();
    if (status != PhaseStatus::Running) phase.completedAt = clock_.now();
  });
  publish(PhaseChanged{.phase = execution_.phases.at(index)});
}

void ExecutionRecord::setProgress(double percent, const std::string& activity) {
  change([&](Execution& execution) { execution.progress = std::clamp(percent, 0.0, 100.0); });
  publish(ProgressMade{.percent = execution_.progress, .activity = activity});
}

void ExecutionRecord::setUnitSpan(double from, double to, std::size_t units) {
  spanFrom_ = from;
  spanTo_ = to;
  spanUnits_ = std::max<std::size_t>(units, 1);
}

int ExecutionRecord::beginStep(StepKind kind, const std::string& instance) {
  if (interruption_.stopsAtEdge()) throw ServiceEnding();
  const Step step{.executionId = execution_.id,
                  .kind = kind,
                  .instance = instance,
                  .state = StepState::Started,
                  .startedAt = clock_.now()};
  return ofStore([&] { return store_.executions().beginStep(step); });
}

void ExecutionRecord::setEvidence(int sequence, const std::string& evidence) {
  ofStore([&] { store_.executions().setEvidence(execution_.id, sequence, evidence); });
}

void ExecutionRecord::endStep(int sequence, StepState state, const std::string& outcome) {
  const std::string said = observe::redact(outcome);
  ofStore([&] { store_.executions().endStep(execution_.id, sequence, state, said, clock_.now()); });
}

std::vector<Step> ExecutionRecord::steps() const {
  return ofStore([&] { return store_.executions().steps(execution_.id); });
}

void ExecutionRecord::line(const char* level, const std::string& message) {
  LogEntry entry;
  entry.level = level;
  entry.message = message;
  log(std::move(entry));
}

void ExecutionRecord::info(const std::string& message) { line("info", message); }
void ExecutionRecord::warning(const std::string& message) { line("warning", message); }
void ExecutionRecord::error(const std::string& message) { line("error", message); }

void ExecutionRecord::tookSnapshot(const PerformanceSnapshot& snapshot) {
  {
    const std::lock_guard lock(mutex_);
    execution_.performance = snapshot;
  }
  store_.snapshots().add(execution_.id, snapshot);
  publish(SnapshotTaken{.snapshot = snapshot});
}

void ExecutionRecord::unitStarted(StepKind kind, std::size_t unit) {
  if (interruption_.stopsAtEdge()) throw ServiceEnding();
  unit_ = unit;
  unitKind_ = kind;
  const Step step{.executionId = execution_.id,
                  .kind = kind,
                  .instance = execution_.targetInstance,
                  .unit = static_cast<int>(unit),
                  .state = StepState::Started,
                  .startedAt = clock_.now()};
  unitStep_ = ofStore([&] { return store_.executions().beginStep(step); });
}

void ExecutionRecord::unitEvidence(const std::string& transactionId) { setEvidence(unitStep_, transactionId); }

void ExecutionRecord::unitDone(const std::string& outcome, std::int64_t rows) {
  // Before the step's end: whoever takes the execution up in between finds the unit done, and its rows counted.
  if (unitKind_ == StepKind::Apply) change([&](Execution& execution) { execution.rowsAffected += rows; });
  const double share = static_cast<double>(unit_ + 1) / static_cast<double>(spanUnits_);
  endStep(unitStep_, StepState::Done, outcome);
  setProgress(spanFrom_ + (spanTo_ - spanFrom_) * std::min(share, 1.0), outcome);
}

void ExecutionRecord::unitFailed(const std::string& outcome) {
  // Broken off because the process ends, it may be run again by the next one.
  const auto request = interruption_.requested();
  const bool serviceEnds =
      unitKind_ == StepKind::Undo ? interruption_.serviceEnds() : request && request->cause == StopCause::ServiceEnds;
  endStep(unitStep_, serviceEnds ? StepState::Interrupted : StepState::Failed, outcome);
}

void ExecutionRecord::log(LogEntry entry) {
  entry.executionId = execution_.id;
  entry.timestamp = clock_.now();
  if (entry.level.empty()) entry.level = "info";
  if (entry.instance.empty()) entry.instance = execution_.targetInstance;
  entry.message = observe::redact(entry.message);
  entry.sqlStatement = observe::redact(entry.sqlStatement);
  entry.sequence = ofStore([&] { return store_.executions().appendLog(entry); });
  publish(StatementReported{.entry = std::move(entry)});
}

void ExecutionRecord::progress(const std::string& activity, std::optional<double> percent) {
  const double done = static_cast<double>(unit_) + percent.value_or(0) / 100.0;
  const double share = std::min(done / static_cast<double>(spanUnits_), 1.0);
  // Only told, not saved: it comes every second and means nothing to a later process.
  publish(ProgressMade{.percent = spanFrom_ + (spanTo_ - spanFrom_) * share, .activity = activity});
}

}  // namespace hotswap::orchestrator
