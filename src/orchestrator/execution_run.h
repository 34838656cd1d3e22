#pragma once
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
  /// When it will be stopped for taking too long. Counted anew by a process that takes it up.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  [[nodiscard]] const DatabaseId& databaseId() const { return databaseId_; }
  [[nodiscard]] Seconds timeout() const { return timeout_; }

 private:
  void drive();
  void begin();
  void rollForward();
  void succeed();
  void wayBack(const std::string& reason);
  void refuse(const std::string& reason, bool looked);
  execution::WayBackResult undoPhases();
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
  DatabaseTarget database_;
  bool counted_ = false;  ///< among the executions begun
  strategy::Plan plan_;
  std::map<std::string, std::unique_ptr<InstanceRollout>> rollouts_;
};

}  // namespace hotswap::orchestrator
