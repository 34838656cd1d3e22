#include "orchestrator/execution_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/time_text.h"
#include "observe/log.h"
#include "secret/reference.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds storePause{5'000};

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
      deadline_(begun_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout_)) {
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
    const bool patient = parts_.clock.waitFor(storePause, interruption_.token());
    if (interruption_.stopsAtEdge() || (!patient && interruption_.requested()->cause == StopCause::ServiceEnds)) return;
    rollouts_.clear();
    try {
      record_ = std::make_unique<ExecutionRecord>(parts_.store.executions().get(id_), parts_.store, parts_.events,
                                                  interruption_, parts_.clock);
    } catch (const std::exception& error) {
      observe::logError(fmt::format("Execution {} can't be read: {}", id_.text(), error.what()));
    }
  }
}

void ExecutionRun::drive() {
  begin();
  std::string failure =
      record_->get().rollback ? record_->get().rollback->reason : record_->get().cancelReason.value_or("");
  if (failure.empty()) {
    try {
      rollForward();
      succeed();
      return;
    } catch (const ServiceEnding&) {
      throw;
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
  if (!std::exchange(counted_, true)) parts_.metrics.executionStarted();
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

void ExecutionRun::succeed() {
  rollouts_.clear();
  record_->setProgress(100, "done");
  end(ExecutionStatus::Succeeded, fmt::format("succeeded after {}", took(parts_.clock.steadyNow() - begun_)));
}

void ExecutionRun::refuse(const std::string& reason, bool looked) {
  rollouts_.clear();
  const bool asBefore = looked && !record_->get().options.dryRun;
  record_->change([&](Execution& execution) {
    execution.errorMessage = reason;
    for (Phase& phase : execution.phases) phase.status = asBefore ? PhaseStatus::RolledBack : PhaseStatus::Failed;
    if (!asBefore) return;
    const TimePoint now = parts_.clock.now();
    execution.rollback =
        RollbackRecord{.reason = reason, .startedAt = now, .completedAt = now, .verified = true, .error = {}};
  });
  end(asBefore ? ExecutionStatus::RolledBack : ExecutionStatus::Failed, reason);
}

void ExecutionRun::wayBack(const std::string& reason) {
  const auto begun = parts_.clock.steadyNow();
  record_->change([&](Execution& execution) {
    if (execution.errorMessage.empty()) execution.errorMessage = reason;
    if (!execution.rollback)
      execution.rollback = RollbackRecord{
          .reason = reason, .startedAt = parts_.clock.now(), .completedAt = {}, .verified = false, .error = {}};
  });
  record_->error(fmt::format("rolling back: {}", reason));
  const execution::WayBackResult result = undoPhases();
  const bool undone = result.verified && result.error.empty();
  record_->change([&](Execution& execution) {
    execution.rollback->completedAt = parts_.clock.now();
    execution.rollback->verified = result.verified;
    execution.rollback->error = result.error;
  });
  const auto duration = parts_.clock.steadyNow() - begun;
  parts_.metrics.rolledBack(duration);
  end(undone ? ExecutionStatus::RolledBack : ExecutionStatus::Failed,
      undone ? fmt::format("rolled back in {}, and the schema is proved to be as before: {}", took(duration), reason)
             : fmt::format("the way back did not succeed: {}", result.error));
}

/// Undoes every instance of every phase that was begun, newest first, however many of them fail.
execution::WayBackResult ExecutionRun::undoPhases() {
  execution::WayBackResult total{.verified = true, .remaining = {}, .error = {}};
  for (std::size_t i = plan_.size(); i-- > 0;) {
    if (record_->get().phases.at(i).status == PhaseStatus::Pending) continue;
    const auto& instances = plan_[i].instances;
    std::for_each(instances.rbegin(), instances.rend(), [&](const auto& instance) {
      const execution::WayBackResult result = rollout(instance).back();
      total.verified = total.verified && result.verified;
      if (!result.error.empty()) total.error += (total.error.empty() ? "" : " ") + result.error;
      for (const std::string& sentence : result.remaining)
        total.error += (total.error.empty() ? "Left to do: " : "; ") + sentence;
    });
    record_->setPhase(i, total.verified && total.error.empty() ? PhaseStatus::RolledBack : PhaseStatus::Failed);
  }
  rollouts_.clear();
  return total;
}

void ExecutionRun::end(ExecutionStatus status, const std::string& message) {
  const Execution& execution = record_->get();
  if (const auto after = migrationStatusAfter(status, execution.options.dryRun)) {
    parts_.store.migrations().setStatus(execution.migrationId, {MigrationStatus::InProgress, *after}, *after,
                                        parts_.clock.now());
  }
  status == ExecutionStatus::Succeeded ? record_->info(message) : record_->error(message);
  record_->change([&](Execution& changed) {
    // In one write: who polls must not find an end without its status.
    changed.status = status;
    changed.completedAt = parts_.clock.now();
    changed.owner.clear();
  });
  parts_.store.audit().append(
      {.sequence = 0,
       .time = parts_.clock.now(),
       .user = "hotswap",
       .address = {},
       .event = fmt::format("execution.{}", status == ExecutionStatus::Succeeded    ? "succeeded"
                                            : status == ExecutionStatus::RolledBack ? "rolled_back"
                                                                                    : "failed"),
       .object = execution.id.text(),
       .details = observe::redact(message),
       .traceId = {}});
  record_->setStatus(status, message);
  parts_.metrics.executionEnded(toText(status), parts_.clock.steadyNow() - begun_);
  parts_.events.forget(execution.id);
}

}  // namespace hotswap::orchestrator
