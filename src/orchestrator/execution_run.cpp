#include "orchestrator/execution_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/time_text.h"
#include "observe/log.h"
#include "orchestrator/history_record.h"
#include "secret/reference.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds storePause{5'000};

/// Whether an execution that is to be undone had come to an end before: all that it began has ended.
bool hadEnded(const Execution& execution) {
  return execution.rollback && !execution.phases.empty() && std::ranges::all_of(execution.phases, [](const Phase& one) {
           return one.status == PhaseStatus::Pending || one.completedAt.has_value();
         });
}

std::string took(std::chrono::steady_clock::duration duration) {
  return toHumanText(std::chrono::duration_cast<Milliseconds>(duration));
}

}  // namespace

ExecutionRun::ExecutionRun(Execution execution, const RunParts& parts)
    : parts_(parts),
      id_(execution.id),
      databaseId_(execution.databaseId),
      timeout_(execution.options.timeout),
      begun_(parts_.clock.steadyNow()),
      deadline_(begun_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout_)),
      again_(hadEnded(execution)) {
  record_ =
      std::make_unique<ExecutionRecord>(std::move(execution), parts_.store, parts_.events, interruption_, parts_.clock);
}

void ExecutionRun::run() noexcept {
  for (;;) {
    try {
      drive();
      return;
    } catch (const ServiceEnding&) {
      observe::logInfo(fmt::format("Execution {} waits at an edge between two steps for the next start.", id_.text()));
      return;
    } catch (const std::exception& error) {
      // The store could not be read or written, so nothing more was done to the database. Once the store is back the
      // journal says where to go on, just as it does for a new process.
      observe::logError(fmt::format("Execution {} stands still: {}", id_.text(), error.what()));
    }
    if (!parts_.clock.waitFor(storePause, interruption_.serviceToken())) return;
    rollouts_.clear();
    try {
      record_ = std::make_unique<ExecutionRecord>(parts_.store.executions().get(id_), parts_.store, parts_.events,
                                                  interruption_, parts_.clock);
    } catch (const std::exception& error) {
      observe::logError(fmt::format("Execution {} can't be read: {}", id_.text(), error.what()));
    }
  }
}

void ExecutionRun::stopIfOverdue() {
  const auto now = parts_.clock.steadyNow();
  if (now >= wayBackDeadline_.load()) interruption_.stopWayBack();
  if (now < deadline_ || interruption_.requested()) return;
  interruption_.request(StopCause::TimedOut,
                        fmt::format("The execution took longer than its timeout of {}.",
                                    toHumanText(std::chrono::duration_cast<Milliseconds>(timeout_))));
}

void ExecutionRun::drive() {
  begin();
  std::string failure =
      record_->get().rollback ? record_->get().rollback->reason : record_->get().cancelReason.value_or("");
  if (failure.empty()) {
    try {
      rollForward();
      // From here on a cancel is refused; one that came before is heeded.
      if (interruption_.close()) {
        succeed();
        return;
      }
    } catch (const ServiceEnding&) {
      throw;
    } catch (const StoreFailed&) {
      throw;  // no reason to undo anything
    } catch (const Refused& error) {
      refuse(error.what(), error.looked());
      return;
    } catch (const Error& error) {
      failure = error.what();
    }
    if (const auto request = interruption_.requested()) {
      if (request->cause == StopCause::ServiceEnds) throw ServiceEnding();
      failure = request->message;
    }
  }
  wayBack(failure);
}

void ExecutionRun::begin() {
  database_ = parts_.store.databases().get(databaseId_);
  plan_ = strategy::makePlan(database_, record_->get().options);
  const bool first = record_->get().status == ExecutionStatus::Pending;
  record_->change([&](Execution& execution) {
    execution.owner = parts_.owner;
    if (!execution.startedAt) execution.startedAt = parts_.clock.now();
    if (!execution.phases.empty()) return;
    for (const strategy::PlannedPhase& phase : plan_)
      execution.phases.push_back({.name = phase.name, .instances = phase.instances});
  });
  record_->setStatus(ExecutionStatus::Running, first ? "started" : "taken up again");
  record_->info(
      first ? fmt::format("execution started: {} on {}", toText(record_->get().options.strategy), database_.name)
            : std::string("execution taken up again from its journal"));
  if (!again_ && !std::exchange(counted_, true)) parts_.metrics.executionStarted();
}

ConnectionString ExecutionRun::connectionOf(const std::string& instance) const {
  if (instance == strategy::primaryInstance) return secret::resolve(database_.masterConnectionString);
  const auto replica =
      std::ranges::find_if(database_.replicas, [&](const Replica& one) { return one.id.text() == instance; });
  if (replica == database_.replicas.end()) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The instance {} is no longer registered with {}.", instance, database_.name));
  }
  return secret::resolve(replica->connectionString);
}

InstanceRollout& ExecutionRun::rollout(const std::string& instance) {
  std::unique_ptr<InstanceRollout>& slot = rollouts_[instance];
  if (!slot) {
    slot = std::make_unique<InstanceRollout>(InstanceRollout::Parts{.record = *record_,
                                                                    .interruption = interruption_,
                                                                    .store = parts_.store,
                                                                    .metrics = parts_.metrics,
                                                                    .engine = parts_.engines.of(database_.type),
                                                                    .database = database_.name,
                                                                    .connection = connectionOf(instance),
                                                                    .settings = parts_.settings,
                                                                    .clock = parts_.clock,
                                                                    .random = parts_.random},
                                             instance);
  }
  return *slot;
}

void ExecutionRun::rollForward() {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    if (record_->get().phases.at(i).status == PhaseStatus::Succeeded) continue;
    record_->setPhase(i, PhaseStatus::Running);
    for (const std::string& instance : plan_[i].instances) {
      if (record_->get().options.dryRun) {
        rollout(instance).dryRun();
      } else {
        rollout(instance).forward(plan_[i].watch);
      }
    }
    record_->setPhase(i, PhaseStatus::Succeeded);
  }
}

/// A database that refuses it (no right to make tables, say) is no reason to undo what was done well.
void ExecutionRun::recordHistory(versioned::EntryState state) {
  if (record_->get().options.dryRun) return;
  try {
    recordInHistory(parts_.engines.of(database_.type), connectionOf(strategy::primaryInstance), record_->get(),
                    parts_.store.migrations().get(record_->get().migrationId).name, state, parts_.clock.now(),
                    std::chrono::duration_cast<Milliseconds>(parts_.clock.steadyNow() - begun_));
  } catch (const Error& error) {
    record_->warning(
        fmt::format("the history in the database (schema_version) could not be written: {}", error.what()));
  }
}

void ExecutionRun::succeed() {
  recordHistory(versioned::EntryState::Applied);
  rollouts_.clear();
  record_->setProgress(100, "done");
  end(ExecutionStatus::Succeeded, fmt::format("succeeded after {}", took(parts_.clock.steadyNow() - begun_)));
}

void ExecutionRun::refuse(const std::string& reason, bool looked) {
  interruption_.beginWayBack();  // there is nothing to undo, and nothing to cancel any more
  rollouts_.clear();
  const bool asBefore = looked && !record_->get().options.dryRun;
  record_->change([&](Execution& execution) {
    execution.errorMessage = reason;
    if (!asBefore) return;
    const TimePoint now = parts_.clock.now();
    execution.rollback =
        RollbackRecord{.reason = reason, .startedAt = now, .completedAt = now, .verified = false, .error = {}};
  });
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    if (record_->get().phases.at(i).status != PhaseStatus::Running) continue;
    record_->setPhase(i, asBefore ? PhaseStatus::RolledBack : PhaseStatus::Failed);
  }
  end(asBefore ? ExecutionStatus::RolledBack : ExecutionStatus::Failed, reason);
}

void ExecutionRun::wayBack(const std::string& reason) {
  const auto begun = parts_.clock.steadyNow();
  interruption_.beginWayBack();
  if (wayBackDeadline_.load() == std::chrono::steady_clock::time_point::max()) {
    wayBackDeadline_ = begun + parts_.wayBackTimeout;
  }
  record_->change([&](Execution& execution) {
    if (execution.errorMessage.empty()) execution.errorMessage = reason;
    if (!execution.rollback)
      execution.rollback = RollbackRecord{
          .reason = reason, .startedAt = parts_.clock.now(), .completedAt = {}, .verified = false, .error = {}};
  });
  record_->error(fmt::format("rolling back: {}", reason));
  const Undone undone = undoPhases();
  record_->change([&](Execution& execution) {
    execution.rollback->completedAt = parts_.clock.now();
    execution.rollback->verified = undone.changed && undone.verified;
    execution.rollback->error = undone.error;
  });
  if (undone.changed && undone.complete()) recordHistory(versioned::EntryState::RolledBack);
  const auto duration = parts_.clock.steadyNow() - begun;
  if (undone.changed) parts_.metrics.rolledBack(duration);
  if (!undone.complete()) {
    end(ExecutionStatus::Failed, fmt::format("the way back did not succeed: {}", undone.error));
  } else if (undone.changed) {
    end(ExecutionStatus::RolledBack,
        fmt::format("rolled back in {}, and the schema is proved to be as before{}: {}", took(duration),
                    undone.byOthers ? ", but for what others have changed" : "", reason));
  } else {
    end(ExecutionStatus::RolledBack, fmt::format("ended before the first change, so nothing was changed: {}", reason));
  }
}

/// Undoes every instance of every phase that was begun, newest first, however many of them fail.
ExecutionRun::Undone ExecutionRun::undoPhases() {
  Undone total;
  for (std::size_t i = plan_.size(); i-- > 0;) {
    if (record_->get().phases.at(i).status == PhaseStatus::Pending) continue;
    const bool failedBefore = record_->get().phases.at(i).status == PhaseStatus::Failed;
    const auto& instances = plan_[i].instances;
    std::for_each(instances.rbegin(), instances.rend(),
                  [&](const std::string& instance) { undoInstance(instance, failedBefore, total); });
    record_->setPhase(i, total.complete() ? PhaseStatus::RolledBack : PhaseStatus::Failed);
  }
  rollouts_.clear();
  return total;
}

void ExecutionRun::undoInstance(const std::string& instance, bool failedBefore, Undone& total) {
  // The schema is captured before the first change.
  if (record_->get().schemaBefore.empty()) return;
  execution::WayBackResult result = undoOn(instance);
  // Undone by hand since the way back has failed for want of a script: all that is left is to compare.
  if (failedBefore && result.verified && !record_->get().rollbackScript) result.error.clear();
  // An instance that could not be compared and was not touched needs no proof.
  if (!result.verified && result.remaining.empty() && nothingChanged(instance)) return;
  total.changed = true;
  total.verified = total.verified && result.verified;
  total.byOthers = total.byOthers || result.byOthers;
  if (!result.error.empty()) total.error += (total.error.empty() ? "" : " ") + result.error;
  bool first = true;
  for (const std::string& sentence : result.remaining) {
    if (std::exchange(first, false)) {
      total.error += total.error.empty() ? "Left to do: " : (total.error.ends_with('.') ? " Left to do: " : "; ");
    } else {
      total.error += "; ";
    }
    total.error += sentence;
  }
}

execution::WayBackResult ExecutionRun::undoOn(const std::string& instance) {
  try {
    static_cast<void>(rollout(instance));
  } catch (const Error& error) {
    // Its connection string refers to something that is gone, or the instance is registered no more.
    return {.verified = false,
            .remaining = {},
            .error = fmt::format("{} could not be undone: {} Once it can be reached, ask for the rollback of this "
                                 "execution.",
                                 instance, error.what())};
  }
  return rollout(instance).back();
}

bool ExecutionRun::nothingChanged(const std::string& instance) const {
  return std::ranges::none_of(
      record_->steps(), [&](const Step& step) { return step.instance == instance && step.kind == StepKind::Apply; });
}

void ExecutionRun::end(ExecutionStatus status, const std::string& message) {
  record_->end(status, message);
  if (std::exchange(counted_, false)) {
    parts_.metrics.executionEnded(toText(status), parts_.clock.steadyNow() - begun_);
  }
  parts_.events.forget(id_);
}

}  // namespace hotswap::orchestrator
