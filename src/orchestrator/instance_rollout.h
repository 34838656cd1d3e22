#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "execution/script_runner.h"
#include "execution/way_back.h"
#include "monitor/instance_monitor.h"
#include "observe/metrics.h"
#include "orchestrator/execution_record.h"
#include "orchestrator/interruption.h"
#include "orchestrator/takeover.h"

namespace hotswap::orchestrator {

/// The execution was turned down before anything was changed.
class Refused : public Error {
 public:
  /// `looked`: the database could be asked; false where it is away or unfit, so that nothing can be said of its schema.
  Refused(const std::string& why, bool looked);
  [[nodiscard]] bool looked() const { return looked_; }

 private:
  bool looked_;
};

/// One execution on one instance: prepared, changed, watched, verified; and the way back. Every step is in the journal
/// before it is taken, and `forward` begins wherever the journal ends, so that a later process goes on by the same path
/// as an uninterrupted one. Used by the execution's thread.
class InstanceRollout {
 public:
  struct Parts {
    ExecutionRecord& record;
    Interruption& interruption;
    store::Store& store;
    observe::Metrics& metrics;
    const db::Engine& engine;
    std::string database;  ///< its name
    ConnectionString connection;
    execution::RunSettings settings;
    Clock& clock;
    Random& random;
  };

  InstanceRollout(Parts parts, std::string instance);
  ~InstanceRollout();
  InstanceRollout(const InstanceRollout&) = delete;
  InstanceRollout& operator=(const InstanceRollout&) = delete;

  /// Does what is left to be done, to the end of the watch. Throws Refused, ServiceEnding, and every Error of the
  /// steps.
  void forward(Seconds watch);
  /// Everything up to the first change, and the script inside a transaction that is rolled back. Throws Refused.
  void dryRun();
  /// Undoes what was done and proves it. `verified` without an error: the schema is as it was. Throws ServiceEnding,
  /// and Error where the store fails; a server that can't be reached is in the result.
  execution::WayBackResult back();
  /// Whether any unit of the script has been done here, or may have been.
  [[nodiscard]] bool touched() const;

 private:
  void prepare();
  void requireHealthy();
  void requireValid();
  void captureSchema();
  void apply(std::size_t firstUnit);
  void watch(Seconds duration);
  void verify();

  /// The place where the journal ends; a unit left open is settled with the database first.
  ResumePoint settledPoint();
  void settle(const ResumePoint& point, StepKind kind);
  execution::WayBackResult runWayBack();
  void nameQuery(const std::string& queryId);
  execution::ForwardState forwardState() const;

  void startMonitor();
  void armMonitor();
  void measured(const PerformanceSnapshot& snapshot);
  void stopIfInterrupted() const;
  std::unique_ptr<db::Session> connectPatiently(const std::stop_token& stop);
  [[nodiscard]] std::vector<Step> steps() const;
  [[nodiscard]] execution::RunTarget target() const;
  [[nodiscard]] std::string applicationName() const;

  Parts parts_;
  std::string instance_;
  db::ParsedScript script_;
  std::vector<db::Unit> units_;
  std::unique_ptr<monitor::InstanceMonitor> monitor_;
  bool armed_ = false;
  std::stop_source backStop_;  ///< the way back is not stopped by what stopped the way forward
};

}  // namespace hotswap::orchestrator
