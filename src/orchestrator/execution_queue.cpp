#include "orchestrator/execution_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "observe/log.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds tick{200};
constexpr auto launchPause = std::chrono::seconds(2);
constexpr auto snapshotLifetime = std::chrono::days(30);
constexpr auto cleaningInterval = std::chrono::hours(1);

}  // namespace

ExecutionQueue::ExecutionQueue(const RunParts& parts, std::size_t atOnce)
    : parts_(parts), atOnce_(atOnce), nextCleaning_(parts.clock.steadyNow()) {}

ExecutionQueue::~ExecutionQueue() { close(Milliseconds(0)); }

void ExecutionQueue::open() {
  const std::lock_guard lock(mutex_);
  std::deque<Waiting> pending;
  for (const Execution& execution : parts_.store.executions().unfinished()) {
    auto& list = execution.status == ExecutionStatus::Pending ? pending : waiting_;
    list.push_back({.id = execution.id, .databaseId = execution.databaseId});
  }
  waiting_.insert(waiting_.end(), pending.begin(), pending.end());
  if (!waiting_.empty()) {
    observe::logInfo(fmt::format("{} unfinished execution(s) are taken up.", waiting_.size()));
  }
  open_ = true;
  dispatcher_ = std::jthread([this](const std::stop_token& stop) { dispatch(stop); });
}

void ExecutionQueue::close(Milliseconds patience) {
  std::jthread dispatcher;
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    dispatcher = std::move(dispatcher_);
    for (const auto& [id, running] : running_) running->run->interruption().requestAtEdge();
  }
  if (dispatcher.joinable()) {
    dispatcher.request_stop();
    dispatcher.join();
  }
  {
    std::unique_lock lock(mutex_);
    if (!wake_.wait_for(lock, patience, [this] { return allFinished(); })) {
      for (const auto& [id, running] : running_) {
        running->run->interruption().request(StopCause::ServiceEnds, "The service is stopping.");
      }
      wake_.wait(lock, [this] { return allFinished(); });
    }
  }
  collectFinished();
}

bool ExecutionQueue::allFinished() const {
  return std::ranges::all_of(running_, [](const auto& entry) { return entry.second->finished; });
}

void ExecutionQueue::add(const Execution& execution, const std::function<void()>& write) {
  const std::lock_guard lock(mutex_);
  if (!open_) {
    throw Error(ErrorCode::Unavailable, "The service is stopping and takes no more executions.", {},
                {.retryable = true});
  }
  write();
  waiting_.push_back({.id = execution.id, .databaseId = execution.databaseId});
  asked_ = true;
  wake_.notify_all();
}

void ExecutionQueue::dispatch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      collectFinished();  // joins them, outside of the lock
      const SteadyTime now = parts_.clock.steadyNow();
      stopOverdue();
      launchReady(now);
      removeOldSnapshots(now);
    } catch (const std::exception& error) {
      observe::logError(fmt::format("The queue of executions stands still: {}", error.what()));
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, tick, [this] { return std::exchange(asked_, false); });
  }
}

void ExecutionQueue::removeOldSnapshots(SteadyTime now) {
  if (now < nextCleaning_) return;
  nextCleaning_ = now + cleaningInterval;
  try {
    parts_.store.snapshots().removeOlderThan(parts_.clock.now() - snapshotLifetime);
  } catch (const Error& error) {
    observe::logError(fmt::format("Old snapshots could not be removed; the next time is in an hour: {}", error.what()));
  }
}

std::vector<std::unique_ptr<ExecutionQueue::Running>> ExecutionQueue::collectFinished() {
  std::vector<std::unique_ptr<Running>> finished;
  const std::lock_guard lock(mutex_);
  for (auto entry = running_.begin(); entry != running_.end();) {
    if (entry->second->finished) {
      finished.push_back(std::move(entry->second));
      entry = running_.erase(entry);
    } else {
      ++entry;
    }
  }
  return finished;
}

void ExecutionQueue::stopOverdue() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, running] : running_) running->run->stopIfOverdue();
}

void ExecutionQueue::launchReady(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;  // those that run have been told of the end already; one more would never hear of it
  std::set<DatabaseId> busy;
  for (const auto& [id, running] : running_) busy.insert(running->run->databaseId());
  for (auto next = waiting_.begin(); next != waiting_.end() && running_.size() < atOnce_;) {
    // A database that is busy keeps its turn: a later execution on it must not overtake an earlier one.
    if (!busy.insert(next->databaseId).second || now < next->notBefore) {
      ++next;
    } else if (launch(next->id)) {
      next = waiting_.erase(next);
    } else {
      next->notBefore = now + launchPause;
      ++next;
    }
  }
}

/// False where the execution can't be read, or no thread be had for it.
bool ExecutionQueue::launch(const ExecutionId& id) {
  try {
    auto entry = std::make_unique<Running>();
    entry->run = std::make_unique<ExecutionRun>(parts_.store.executions().get(id), parts_);
    const auto place = running_.emplace(id, std::move(entry)).first;
    try {
      start(*place->second);
    } catch (...) {
      running_.erase(place);
      throw;
    }
    return true;
  } catch (const std::exception& error) {
    observe::logError(
        fmt::format("Execution {} could not be launched; it is tried again soon: {}", id.text(), error.what()));
    return false;
  }
}

void ExecutionQueue::start(Running& running) {
  running.thread = std::jthread([this, &running] {
    running.run->run();
    const std::lock_guard lock(mutex_);
    running.finished = true;
    asked_ = true;
    wake_.notify_all();
  });
}

ExecutionQueue::StopAnswer ExecutionQueue::stop(const ExecutionId& id, const std::string& message) {
  const std::lock_guard lock(mutex_);
  auto& store = parts_.store.executions();
  if (const auto found = running_.find(id); found != running_.end() && !found->second->finished) {
    Interruption& interruption = found->second->run->interruption();
    if (interruption.request(StopCause::Cancelled, message)) {
      // For a process that takes over; its thread has heard of it already and may even have come to the end.
      store.requestCancel(id, message);
      return StopAnswer::Accepted;
    }
    return interruption.stage() == Interruption::Stage::WayBack ? StopAnswer::BeingUndone : StopAnswer::Ending;
  }
  const Execution execution = store.get(id);
  if (!isTerminal(execution.status) && execution.rollback) return StopAnswer::BeingUndone;
  if (!store.requestCancel(id, message)) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The execution is {} already; there is nothing to cancel.", toText(execution.status)));
  }
  const auto queued = std::ranges::find(waiting_, id, &Waiting::id);
  if (queued == waiting_.end() || execution.status != ExecutionStatus::Pending) {
    return StopAnswer::Accepted;  // taken up soon, and undone then
  }
  endPending(id, message);
  waiting_.erase(queued);
  return StopAnswer::Accepted;
}

/// An execution that never began has changed nothing.
void ExecutionQueue::endPending(const ExecutionId& id, const std::string& reason) {
  Execution execution = parts_.store.executions().get(id);
  const TimePoint now = parts_.clock.now();
  execution.status = ExecutionStatus::RolledBack;
  execution.completedAt = now;
  execution.errorMessage = reason;
  execution.rollback =
      RollbackRecord{.reason = reason, .startedAt = now, .completedAt = now, .verified = false, .error = {}};
  parts_.store.executions().save(execution, moveAfter(execution, now));
  parts_.events.publish({.sequence = 0,
                         .executionId = id,
                         .at = now,
                         .what = StatusChanged{.status = execution.status, .message = reason}});
  parts_.events.forget(id);
}

Execution ExecutionQueue::wait(const ExecutionId& id, Milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    Execution execution = parts_.store.executions().get(id);
    if (isTerminal(execution.status)) return execution;
    std::unique_lock lock(mutex_);
    if (wake_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + tick)) ==
            std::cv_status::timeout &&
        std::chrono::steady_clock::now() >= deadline) {
      return execution;
    }
  }
}

}  // namespace hotswap::orchestrator
