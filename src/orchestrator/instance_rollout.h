#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "execution/script_runner.h"
#include "execution/way_back.h"
#include "monitor/instance_monitor.h"
#include "observe/metrics.h"
#include "orchestrator/database_lock.h"
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
  /// Undoes what was done and proves it. `verified` without an error: the schema is as it was. Throws ServiceEnding and
  /// StoreFailed; everything else is in the result, a way back that took too long as well.
  execution::WayBackResult back();
  /// Whether any unit of the script has been done here, or may have been.
  [[nodiscard]] bool touched() const;

 private:
  void prepare();
  void requireHealthy();
  void requireValid();
  void captureSchema(int step);
  void apply(std::size_t firstUnit);
  void captureResult();
  void watch(Seconds duration);
  void verify();

  /// The place where the journal ends; a unit left open is settled with the database first.
  ResumePoint settledPoint(const std::stop_token& stop);
  void settle(const ResumePoint& point, StepKind kind, const std::stop_token& stop);
  /// Waits for the lock of the database on its server. Throws Error (Conflict) where it was stopped before. Where
  /// something has been changed a lock that can't be had is no reason to stop, and a server that is away is awaited.
  void takeTurn(const std::stop_token& stop, bool changed);
  execution::WayBackResult runWayBack();
  [[nodiscard]] std::optional<std::size_t> unknownRows() const;
  /// Throws Error (Conflict) where the connection leads to another database than when the execution was prepared.
  void requireSameDatabase(const std::stop_token& stop);
  [[nodiscard]] execution::WayBackResult notUndone(const std::string& why) const;
  void nameQuery(const std::string& queryId);
  execution::ForwardState forwardState() const;

  void startMonitor();
  void armMonitor();
  void measured(const PerformanceSnapshot& snapshot);
  void stopIfInterrupted() const;
  std::unique_ptr<db::Session> connectPatiently(const std::stop_token& stop);
  /// Limits for reading the catalogs that are HotSwap's own, whatever the role has.
  void limitReading(db::Session& session) const;
  [[nodiscard]] std::vector<Step> steps() const;
  [[nodiscard]] execution::RunTarget target() const;
  [[nodiscard]] std::string applicationName() const;

  Parts parts_;
  std::string instance_;
  db::ParsedScript script_;
  std::vector<db::Unit> units_;
  std::unique_ptr<monitor::InstanceMonitor> monitor_;
  bool armed_ = false;
  DatabaseLock lock_;
};

}  // namespace hotswap::orchestrator
