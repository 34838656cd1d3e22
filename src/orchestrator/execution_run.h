#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "observe/metrics.h"
#include "orchestrator/event_feed.h"
#include "orchestrator/execution_record.h"
#include "orchestrator/instance_rollout.h"
#include "orchestrator/interruption.h"
#include "store/store.h"
#include "strategy/plan.h"
#include "versioned/history_entry.h"

namespace hotswap::orchestrator {

/// What executions work with; all of it outlives them.
struct RunParts {
  store::Store& store;
  const db::Engines& engines;
  observe::Metrics& metrics;
  EventFeed& events;
  Clock& clock;
  Random& random;
  execution::RunSettings settings;
  Milliseconds wayBackTimeout;
  std::string owner;  ///< of this process
};

/// The life of one execution, from Pending (or from wherever a process that is gone left it) to its end: the plan's
/// phases in order, and the way back over everything changed, newest first, when anything goes wrong.
class ExecutionRun {
 public:
  ExecutionRun(Execution execution, const RunParts& parts);

  /// Runs it to its end, or to an edge between two steps where the process is to end. For a thread of its own.
  void run() noexcept;
  /// Safe from any thread.
  Interruption& interruption() { return interruption_; }
  /// Stops it, or its way back, where that takes longer than it may; counted anew by a process that takes it up. Safe
  /// from any thread.
  void stopIfOverdue();
  [[nodiscard]] const DatabaseId& databaseId() const { return databaseId_; }

 private:
  void drive();
  void begin();
  void rollForward();
  void succeed();
  void recordHistory(versioned::EntryState state);
  void wayBack(const std::string& reason);
  void refuse(const std::string& reason, bool looked);
  /// What came of the way back over all instances.
  struct Undone {
    bool changed = false;   ///< something may have been changed, so that schemas were compared
    bool verified = true;   ///< the same as before, wherever they were
    bool byOthers = false;  ///< others have changed a schema since the script
    std::string error = {};
    [[nodiscard]] bool complete() const { return verified && error.empty(); }
  };
  Undone undoPhases();
  void undoInstance(const std::string& instance, bool failedBefore, Undone& total);
  execution::WayBackResult undoOn(const std::string& instance);
  [[nodiscard]] bool nothingChanged(const std::string& instance) const;
  void end(ExecutionStatus status, const std::string& message);
  InstanceRollout& rollout(const std::string& instance);
  ConnectionString connectionOf(const std::string& instance) const;

  RunParts parts_;
  Interruption interruption_;
  std::unique_ptr<ExecutionRecord> record_;
  ExecutionId id_;
  DatabaseId databaseId_;
  Seconds timeout_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<std::chrono::steady_clock::time_point> wayBackDeadline_{std::chrono::steady_clock::time_point::max()};
  DatabaseTarget database_;
  bool counted_ = false;  ///< among the executions begun
  bool again_;            ///< it had come to an end before and is undone by hand: counted then
  strategy::Plan plan_;
  std::map<std::string, std::unique_ptr<InstanceRollout>> rollouts_;
};

}  // namespace hotswap::orchestrator
