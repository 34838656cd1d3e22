#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/vitals.h"
#include "domain/snapshot.h"

namespace hotswap::monitor {

/// What one query of the application did between two readings.
struct QuerySample {
  double calls = 0;    ///< finished, and those still running that have already taken longer than a finished one
  double totalMs = 0;  ///< execution time of these calls
};

/// One second of an instance: the difference of two readings.
struct Sample {
  std::chrono::steady_clock::time_point at;
  TimePoint timestamp;
  Seconds length{0};                            ///< between the two readings
  std::map<std::string, QuerySample> queries;   ///< by query id, the application's only
  std::optional<double> activeConnections;
  std::optional<double> lockWaitMs;
  std::optional<double> deadlocks;
  std::optional<double> sequentialScans;
  std::optional<double> diskOperations;
  std::optional<double> replicationLagSeconds;
  std::optional<double> cpuPercent;
  std::vector<double> probeMs;                  ///< round trips of the probe within this second
  bool hasQueryCounters = false;
};

/// Turns readings into samples. Pure: no clock, no server. `before` and `after` are readings of the same instance.
/// A counter that went backwards (the server was restarted, statistics were reset) gives an absent value, never a
/// negative one.
Sample difference(const db::VitalsReading& before, const db::VitalsReading& after, TimePoint timestamp);

/// A snapshot over the samples of the last few seconds. An empty list gives a snapshot of absent values.
PerformanceSnapshot summarise(const std::string& instance, std::span<const Sample> samples, TimePoint at);

}  // namespace hotswap::monitor
