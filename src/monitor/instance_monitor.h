#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/execution.h"
#include "monitor/baseline.h"
#include "monitor/breach.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// Watches one instance from a thread of its own: reads its vitals every second, probes it ten times a second, keeps a
/// snapshot every five seconds. Owns two sessions; reconnects by itself when they are lost.
/// The state it shares with its callers is guarded by one mutex.
class InstanceMonitor {
 public:
  struct Target {
    std::string instance;  ///< `primary` or a replica's id
    const db::Engine* engine = nullptr;
    ConnectionString connection;
    std::string applicationName;  ///< e.g. `hotswap/monitor`
  };
  /// Called from the monitor's thread for every snapshot.
  using OnSnapshot = std::function<void(const PerformanceSnapshot&)>;

  InstanceMonitor(Target target, Clock& clock, OnSnapshot onSnapshot);
  InstanceMonitor(const InstanceMonitor&) = delete;
  InstanceMonitor& operator=(const InstanceMonitor&) = delete;
  /// Stops the thread and closes the sessions, within about a second.
  ~InstanceMonitor();

  /// Measures for `window` from now and returns the baseline. Throws Error (Unavailable) where the instance can't be
  /// read, Error (Conflict) when `stop` is requested.
  Baseline captureBaseline(Seconds window, const std::stop_token& stop);
  /// From now on every sample is held against `baseline`.
  void arm(const Baseline& baseline, const WatchSettings& settings);
  /// What was found since `arm`, if anything. The first breach stays.
  [[nodiscard]] std::optional<Breach> breach() const;
  /// Called once, from the monitor's thread, as soon as there is a breach; set before `arm`.
  void onBreach(std::function<void(const Breach&)> handler);
  [[nodiscard]] std::optional<PerformanceSnapshot> newest() const;
  /// Seconds the instance has been readable without a break; 0 while it can't be read.
  [[nodiscard]] std::string lastError() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotswap::monitor
