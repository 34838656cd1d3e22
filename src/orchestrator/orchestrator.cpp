#include "orchestrator/orchestrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "observe/log.h"
#include "orchestrator/execution_run.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds tick{200};
constexpr auto snapshotLifetime = std::chrono::days(30);
constexpr auto cleaningInterval = std::chrono::hours(1);

/// Who asked for something and why; people give connection strings as reasons too.
std::string askedBy(const char* what, const std::string& reason, const Actor& actor) {
  return fmt::format("{} by {}{}{}", what, actor.username, reason.empty() ? "" : ": ", observe::redact(reason));
}

std::string cancelMessage(const std::string& reason, const Actor& actor) { return askedBy("Cancelled", reason, actor); }

struct ExecutionThread {
  std::unique_ptr<ExecutionRun> run;
  bool finished = false;
  std::jthread thread;
};

}  // namespace

struct Orchestrator::State {
  State(const OrchestratorSettings& withSettings, RunParts withParts)
      : settings(withSettings), parts(std::move(withParts)) {}

  OrchestratorSettings settings;
  RunParts parts;

  std::mutex mutex;
  std::condition_variable_any wake;  ///< something was asked for, or an execution has ended
  std::deque<std::pair<ExecutionId, DatabaseId>> waiting;
  std::map<ExecutionId, std::unique_ptr<ExecutionThread>> running;
  bool accepting = false;
  std::jthread dispatcher;

  void dispatch(const std::stop_token& stop);
  void launchReady();
  void launch(const ExecutionId& id);
  std::vector<std::unique_ptr<ExecutionThread>> collectFinished();
  void stopOverdue();
  void repairMigrations();
  void endPending(const ExecutionId& id, const std::string& reason);
  enum class Answer { Accepted, BeingUndone, Ending };
  Answer askToStop(const ExecutionId& id, const std::string& message);
};

Orchestrator::Orchestrator(OrchestratorSettings settings, store::Store& store, const db::Engines& engines,
                           observe::Metrics& metrics, Clock& clock, Random& random)
    : state_(std::make_unique<State>(settings, RunParts{.store = store,
                                                        .engines = engines,
                                                        .metrics = metrics,
                                                        .events = events_,
                                                        .clock = clock,
                                                        .random = random,
                                                        .settings = settings.run,
                                                        .wayBackTimeout = settings.wayBackTimeout,
                                                        .owner = uuidV7(clock.now(), random)})) {}

Orchestrator::~Orchestrator() { stop(Milliseconds(0)); }

void Orchestrator::start() {
  State& state = *state_;
  {
    const std::lock_guard lock(state.mutex);
    std::deque<std::pair<ExecutionId, DatabaseId>> pending;
    for (const Execution& execution : state.parts.store.executions().unfinished()) {
      auto& queue = execution.status == ExecutionStatus::Pending ? pending : state.waiting;
      queue.emplace_back(execution.id, execution.databaseId);
    }
    state.waiting.insert(state.waiting.end(), pending.begin(), pending.end());
    if (!state.waiting.empty()) {
      observe::logInfo(fmt::format("{} unfinished execution(s) are taken up.", state.waiting.size()));
    }
  }
  state.repairMigrations();
  const std::lock_guard lock(state.mutex);
  state.accepting = true;
  state.dispatcher = std::jthread([&state](const std::stop_token& stop) { state.dispatch(stop); });
}

/// A process may have died between the change of a migration's state and that of its execution.
void Orchestrator::State::repairMigrations() {
  auto& store = parts.store;
  for (const Migration& migration :
       store.migrations()
           .list({.status = MigrationStatus::InProgress, .database = {}, .tag = {}}, {.limit = 10'000, .offset = 0})
           .items) {
    const auto executions =
        store.executions()
            .list({.migration = migration.id, .database = {}, .status = {}}, {.limit = 200, .offset = 0})
            .items;
    const bool alive = std::ranges::any_of(
        executions, [](const Execution& one) { return !isTerminal(one.status) && !one.options.dryRun; });
    if (alive) continue;
    MigrationStatus status = MigrationStatus::Draft;
    const auto newest = std::ranges::find_if(executions, [](const Execution& one) { return !one.options.dryRun; });
    if (newest != executions.end()) status = migrationStatusAfter(newest->status, false).value_or(status);
    store.migrations().setStatus(migration.id, {MigrationStatus::InProgress}, status, parts.clock.now());
  }
}

void Orchestrator::State::dispatch(const std::stop_token& stop) {
  auto nextCleaning = parts.clock.steadyNow();
  while (!stop.stop_requested()) {
    collectFinished();  // joins them, outside of the lock
    try {
      stopOverdue();
      launchReady();
      if (parts.clock.steadyNow() >= nextCleaning) {
        parts.store.snapshots().removeOlderThan(parts.clock.now() - snapshotLifetime);
        nextCleaning = parts.clock.steadyNow() + cleaningInterval;
      }
    } catch (const Error& error) {
      observe::logError(fmt::format("The queue of executions stands still: {}", error.what()));
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, tick, [] { return false; });
  }
}

std::vector<std::unique_ptr<ExecutionThread>> Orchestrator::State::collectFinished() {
  std::vector<std::unique_ptr<ExecutionThread>> finished;
  const std::lock_guard lock(mutex);
  for (auto entry = running.begin(); entry != running.end();) {
    if (entry->second->finished) {
      finished.push_back(std::move(entry->second));
      entry = running.erase(entry);
    } else {
      ++entry;
    }
  }
  return finished;
}

void Orchestrator::State::stopOverdue() {
  const std::lock_guard lock(mutex);
  for (const auto& [id, thread] : running) thread->run->stopIfOverdue();
}

void Orchestrator::State::launchReady() {
  const std::lock_guard lock(mutex);
  std::set<DatabaseId> busy;
  for (const auto& [id, thread] : running) busy.insert(thread->run->databaseId());
  for (auto next = waiting.begin(); next != waiting.end() && running.size() < settings.maxConcurrentExecutions;) {
    // A database that is busy keeps its turn: a later execution on it must not overtake an earlier one.
    if (!busy.insert(next->second).second) {
      ++next;
      continue;
    }
    launch(next->first);
    next = waiting.erase(next);
  }
}

void Orchestrator::State::launch(const ExecutionId& id) {
  auto entry = std::make_unique<ExecutionThread>();
  entry->run = std::make_unique<ExecutionRun>(parts.store.executions().get(id), parts);
  ExecutionThread& thread = *entry;
  running.emplace(id, std::move(entry));
  thread.thread = std::jthread([this, &thread] {
    thread.run->run();
    const std::lock_guard lock(mutex);
    thread.finished = true;
    wake.notify_all();
  });
}

void Orchestrator::stop(Milliseconds patience) {
  State& state = *state_;
  std::jthread dispatcher;
  {
    const std::lock_guard lock(state.mutex);
    state.accepting = false;
    dispatcher = std::move(state.dispatcher);
    for (const auto& [id, thread] : state.running) thread->run->interruption().requestAtEdge();
  }
  if (dispatcher.joinable()) {
    dispatcher.request_stop();
    dispatcher.join();
  }
  const auto allFinished = [&state] {
    return std::ranges::all_of(state.running, [](const auto& entry) { return entry.second->finished; });
  };
  {
    std::unique_lock lock(state.mutex);
    if (!state.wake.wait_for(lock, patience, allFinished)) {
      for (const auto& [id, thread] : state.running) {
        thread->run->interruption().request(StopCause::ServiceEnds, "The service is stopping.");
      }
      state.wake.wait(lock, allFinished);
    }
  }
  state.collectFinished();
}

Execution Orchestrator::submit(const Migration& migration, const ExecutionOptions& options, const Actor& actor) {
  State& state = *state_;
  auto& store = state.parts.store;
  if (auto details = checkFields(options); !details.empty()) {
    throw Error(ErrorCode::ValidationError, "The options of the execution are wrong.", std::move(details));
  }
  if (!mayExecute(migration.status)) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} is {}; it can't be executed now.", migration.name,
                                                 toText(migration.status)));
  }
  if (const auto open = store.migrations().openDependencies(migration.id); !open.empty()) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} depends on {}, which has not succeeded yet.",
                                                 migration.name, fmt::join(open, ", ")));
  }
  const DatabaseTarget database = store.databases().get(migration.targetDatabaseId);
  static_cast<void>(strategy::makePlan(database, options));
  const db::ParsedScript script = state.parts.engines.of(database.type).script().parse(migration.migrationScript);
  if (script.error) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The script has a syntax error at line {}, column {}: {}", script.error->position.line,
                            script.error->position.column, script.error->message),
                {{"migrationScript", fmt::format("line {}, column {}: {}", script.error->position.line,
                                                 script.error->position.column, script.error->message)}});
  }

  Execution execution;
  execution.id = ExecutionId::make(state.parts.clock, state.parts.random);
  execution.migrationId = migration.id;
  execution.databaseId = database.id;
  execution.options = options;
  execution.migrationScript = migration.migrationScript;
  execution.rollbackScript = migration.rollbackScript;
  execution.createdAt = state.parts.clock.now();
  execution.initiatedBy = actor.username;

  const std::lock_guard lock(state.mutex);
  if (!state.accepting)
    throw Error(ErrorCode::Unavailable, "The service is stopping and takes no more executions.", {},
                {.retryable = true});
  if (!options.dryRun) {
    store.migrations().setStatus(migration.id, {migration.status}, MigrationStatus::InProgress, execution.createdAt);
  }
  store.executions().add(execution);
  state.waiting.emplace_back(execution.id, execution.databaseId);
  state.wake.notify_all();
  return execution;
}

/// An execution that never began has changed nothing.
void Orchestrator::State::endPending(const ExecutionId& id, const std::string& reason) {
  Execution execution = parts.store.executions().get(id);
  const TimePoint now = parts.clock.now();
  if (const auto after = migrationStatusAfter(ExecutionStatus::RolledBack, execution.options.dryRun)) {
    parts.store.migrations().setStatus(execution.migrationId, {MigrationStatus::InProgress, *after}, *after, now);
  }
  execution.status = ExecutionStatus::RolledBack;
  execution.completedAt = now;
  execution.errorMessage = reason;
  execution.rollback =
      RollbackRecord{.reason = reason, .startedAt = now, .completedAt = now, .verified = false, .error = {}};
  parts.store.executions().save(execution);
  parts.events.publish({.sequence = 0,
                        .executionId = id,
                        .at = now,
                        .what = StatusChanged{.status = execution.status, .message = reason}});
  parts.events.forget(id);
}

Orchestrator::State::Answer Orchestrator::State::askToStop(const ExecutionId& id, const std::string& message) {
  if (const auto found = running.find(id); found != running.end() && !found->second->finished) {
    Interruption& interruption = found->second->run->interruption();
    if (interruption.request(StopCause::Cancelled, message)) {
      // For a process that takes over; its thread has heard of it already and may even have come to the end.
      parts.store.executions().requestCancel(id, message);
      return Answer::Accepted;
    }
    return interruption.stage() == Interruption::Stage::WayBack ? Answer::BeingUndone : Answer::Ending;
  }
  const Execution execution = parts.store.executions().get(id);
  if (!isTerminal(execution.status) && execution.rollback) return Answer::BeingUndone;
  if (!parts.store.executions().requestCancel(id, message)) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The execution is {} already; there is nothing to cancel.", toText(execution.status)));
  }
  const auto queued = std::ranges::find(waiting, id, &std::pair<ExecutionId, DatabaseId>::first);
  if (queued == waiting.end() || execution.status != ExecutionStatus::Pending) {
    return Answer::Accepted;  // taken up soon, and undone then
  }
  waiting.erase(queued);
  endPending(id, message);
  return Answer::Accepted;
}

void Orchestrator::cancel(const ExecutionId& id, const std::string& reason, const Actor& actor) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  switch (state.askToStop(id, cancelMessage(reason, actor))) {
    case State::Answer::Accepted: return;
    case State::Answer::BeingUndone:
      throw Error(ErrorCode::Conflict, "The execution is being undone already; there is nothing to cancel.");
    case State::Answer::Ending:
      throw Error(ErrorCode::Conflict, "The execution has just succeeded; ask for its rollback instead.");
  }
}

Execution Orchestrator::rollback(const ExecutionId& id, const std::string& reason, const Actor& actor,
                                 Milliseconds patience) {
  State& state = *state_;
  auto& store = state.parts.store;
  Execution execution = store.executions().get(id);
  if (!isTerminal(execution.status)) {
    State::Answer answer{};
    {
      const std::lock_guard lock(state.mutex);
      answer = state.askToStop(id, cancelMessage(reason, actor));
    }
    execution = wait(id, patience);
    if (answer != State::Answer::Ending || !isTerminal(execution.status)) return execution;
  }
  const bool unfinished = execution.status == ExecutionStatus::Failed && !execution.schemaBefore.empty();
  if (execution.status != ExecutionStatus::Succeeded && !unfinished) {
    throw Error(ErrorCode::Conflict,
                fmt::format("The execution is {}; there is nothing to roll back.", toText(execution.status)));
  }
  if (execution.options.dryRun)
    throw Error(ErrorCode::Conflict, "A dry run changes nothing; there is nothing to roll back.");
  {
    const std::lock_guard lock(state.mutex);
    if (!state.accepting) throw Error(ErrorCode::Unavailable, "The service is stopping.", {}, {.retryable = true});
    if (const auto later = store.executions().laterChange(execution)) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("The execution {} came after this one on the same database; roll that one back first.",
                              later->text()));
    }
    const MigrationStatus now =
        execution.status == ExecutionStatus::Succeeded ? MigrationStatus::Succeeded : MigrationStatus::Failed;
    store.migrations().setStatus(execution.migrationId, {now}, MigrationStatus::InProgress, state.parts.clock.now());
    const std::string message = askedBy("Rollback asked for", reason, actor);
    execution.status = ExecutionStatus::Running;
    execution.completedAt.reset();
    execution.rollback = RollbackRecord{
        .reason = message, .startedAt = state.parts.clock.now(), .completedAt = {}, .verified = false, .error = {}};
    store.executions().save(execution);
    state.waiting.emplace_back(execution.id, execution.databaseId);
    state.wake.notify_all();
  }
  return wait(id, patience);
}

Execution Orchestrator::wait(const ExecutionId& id, Milliseconds patience) {
  State& state = *state_;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    Execution execution = state.parts.store.executions().get(id);
    if (isTerminal(execution.status)) return execution;
    std::unique_lock lock(state.mutex);
    if (state.wake.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + tick)) ==
            std::cv_status::timeout &&
        std::chrono::steady_clock::now() >= deadline) {
      return execution;
    }
  }
}

}  // namespace hotswap::orchestrator
