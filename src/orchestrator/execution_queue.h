#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "domain/execution.h"
#include "orchestrator/execution_run.h"

namespace hotswap::orchestrator {

/// The executions that wait and those that run: one at a time on a database, so many at once over all, first come first
/// served; one that can't be launched is tried again and holds up nobody but those behind it on its database. Safe from
/// any thread. Owner of a thread an execution and of one that starts them; one mutex guards both lists.
class ExecutionQueue {
 public:
  ExecutionQueue(const RunParts& parts, std::size_t atOnce);
  ExecutionQueue(const ExecutionQueue&) = delete;
  ExecutionQueue& operator=(const ExecutionQueue&) = delete;
  /// As `close` with no patience.
  ~ExecutionQueue();

  /// Takes up what the store holds unfinished, those that were Running before those that are Pending, and begins to run
  /// what comes. Throws as the store does.
  void open();
  /// Takes in no more, tells running executions to stop at the next edge between two steps, and waits for that up to
  /// `patience`; what runs then is broken off.
  void close(Milliseconds patience);

  /// Takes in an execution: `write` puts it into the store, with nothing else coming in between. Throws Error
  /// (Unavailable) where the queue isn't open, and whatever `write` throws; it isn't taken in then.
  void add(const Execution& execution, const std::function<void()>& write);

  enum class StopAnswer {
    Accepted,     ///< it will be undone; one that was Pending has ended by now
    BeingUndone,  ///< too late: the way back has begun
    Ending,       ///< too late: it has done all it was to do
  };
  /// Asks an execution to stop and to undo what it has done. `message` says who wants it and why. Throws Error:
  /// NotFound, Conflict (it is terminal).
  StopAnswer stop(const ExecutionId& id, const std::string& message);
  /// Waits until the execution is terminal, up to `patience`; returns it as it is then. Throws Error (NotFound).
  Execution wait(const ExecutionId& id, Milliseconds patience);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Waiting {
    ExecutionId id;
    DatabaseId databaseId;
    SteadyTime notBefore = SteadyTime::min();  ///< to be tried again then, as it could not be launched
  };
  struct Running {
    std::unique_ptr<ExecutionRun> run;
    bool finished = false;
    std::jthread thread;
  };

  void dispatch(const std::stop_token& stop);
  void removeOldSnapshots(SteadyTime now);
  std::vector<std::unique_ptr<Running>> collectFinished();
  void stopOverdue();
  void launchReady(SteadyTime now);
  bool launch(const ExecutionId& id);
  void start(Running& running);
  [[nodiscard]] bool allFinished() const;
  void endPending(const ExecutionId& id, const std::string& reason);

  const RunParts& parts_;
  std::size_t atOnce_;
  SteadyTime nextCleaning_;  ///< the dispatcher's own

  std::mutex mutex_;
  std::condition_variable_any wake_;  ///< something was asked for, or an execution has ended
  std::deque<Waiting> waiting_;
  std::map<ExecutionId, std::unique_ptr<Running>> running_;
  bool open_ = false;
  bool asked_ = false;  ///< there is something for the dispatcher, which needn't wait for its next look
  std::jthread dispatcher_;
};

}  // namespace hotswap::orchestrator
