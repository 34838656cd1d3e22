#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "domain/execution.h"
#include "domain/snapshot.h"
#include "monitor/baseline.h"
#include "monitor/breach.h"
#include "monitor/instance_reader.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// Watches one instance from a thread of its own: its vitals every second, ten probes a second, a snapshot every five
/// seconds. Owns one session (and the thread that reads over it); reconnects by itself when it is lost, and gives a
/// reading up that has hung for ten seconds. A second without a reading counts as unreadable.
/// Every function is safe from any thread; the state they share with the monitor's thread is guarded by one mutex.
class InstanceMonitor {
 public:
  using Target = WatchedInstance;
  /// Called from the monitor's thread for every snapshot, also for those of absent values while nothing can be read.
  /// May throw: watching goes on and `lastError` tells.
  using OnSnapshot = std::function<void(const PerformanceSnapshot&)>;

  /// Starts watching at once; returns without waiting for a connection. `clock` and the engine must outlive it.
  InstanceMonitor(Target target, Clock& clock, OnSnapshot onSnapshot);
  InstanceMonitor(const InstanceMonitor&) = delete;
  InstanceMonitor& operator=(const InstanceMonitor&) = delete;
  /// Stops the thread and closes the session, within about a second. Not from inside one of the handlers.
  ~InstanceMonitor();

  /// Measures for `window` from now and returns the baseline; takes up to two seconds longer, and seconds that can't be
  /// read are measured again. Throws Error (Unavailable, retryable) where the instance can't be read for five seconds
  /// on end, Error (Conflict) when `stop` is requested.
  Baseline captureBaseline(Seconds window, const std::stop_token& stop);
  /// From now on every sample is held against `baseline`. A breach found before is forgotten.
  void arm(const Baseline& baseline, const WatchSettings& settings);
  /// What was found since `arm`, if anything. The first breach stays.
  [[nodiscard]] std::optional<Breach> breach() const;
  /// Called once for each `arm`, from the monitor's thread and without a lock held, as soon as there is a breach; set
  /// before `arm`. May throw, as OnSnapshot.
  void onBreach(std::function<void(const Breach&)> handler);
  /// Sessions of the application wait for a lock of HotSwap's own now. Queries are counted when they end, so that the
  /// latency of this second and the three that follow is not judged.
  void excuseBlocking();
  /// The newest snapshot; nothing in the first five seconds.
  [[nodiscard]] std::optional<PerformanceSnapshot> newest() const;
  /// Why the instance can't be read at the moment, or which handler failed last; empty where all is well.
  [[nodiscard]] std::string lastError() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace hotswap::monitor
