#include "orchestrator/execution_record.h"

#include <algorithm>
#include <utility>

namespace hotswap::orchestrator {

ExecutionRecord::ExecutionRecord(Execution execution, store::Store& store, EventFeed& events,
                                 const Interruption& interruption, Clock& clock)
    : execution_(std::move(execution)), store_(store), events_(events), interruption_(interruption), clock_(clock) {}

void ExecutionRecord::save() {
  const std::lock_guard lock(mutex_);
  store_.executions().save(execution_);
}

void ExecutionRecord::setStatus(ExecutionStatus status, const std::string& message) {
  change([&](Execution& execution) { execution.status = status; });
  publish(StatusChanged{.status = status, .message = message});
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
  return store_.executions().beginStep({.executionId = execution_.id,
                                        .kind = kind,
                                        .instance = instance,
                                        .state = StepState::Started,
                                        .startedAt = clock_.now()});
}

void ExecutionRecord::endStep(int sequence, StepState state, const std::string& outcome) {
  store_.executions().endStep(execution_.id, sequence, state, outcome, clock_.now());
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
  unitStep_ = store_.executions().beginStep({.executionId = execution_.id,
                                             .kind = kind,
                                             .instance = execution_.targetInstance,
                                             .unit = static_cast<int>(unit),
                                             .state = StepState::Started,
                                             .startedAt = clock_.now()});
}

void ExecutionRecord::unitEvidence(const std::string& transactionId) {
  store_.executions().setEvidence(execution_.id, unitStep_, transactionId);
}

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
  const bool serviceEnds = request && request->cause == StopCause::ServiceEnds;
  endStep(unitStep_, serviceEnds ? StepState::Interrupted : StepState::Failed, outcome);
}

void ExecutionRecord::log(LogEntry entry) {
  entry.executionId = execution_.id;
  entry.timestamp = clock_.now();
  if (entry.level.empty()) entry.level = "info";
  if (entry.instance.empty()) entry.instance = execution_.targetInstance;
  entry.message = observe::redact(entry.message);
  entry.sqlStatement = observe::redact(entry.sqlStatement);
  entry.sequence = store_.executions().appendLog(entry);
  publish(StatementReported{.entry = std::move(entry)});
}

void ExecutionRecord::progress(const std::string& activity, std::optional<double> percent) {
  const double done = static_cast<double>(unit_) + percent.value_or(0) / 100.0;
  const double share = std::min(done / static_cast<double>(spanUnits_), 1.0);
  // Only told, not saved: it comes every second and means nothing to a later process.
  publish(ProgressMade{.percent = spanFrom_ + (spanTo_ - spanFrom_) * share, .activity = activity});
}

}  // namespace hotswap::orchestrator
