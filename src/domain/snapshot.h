#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace hotswap {

/// How one instance did over the last few seconds. What the engine can't tell is absent, never 0.
struct PerformanceSnapshot {
  std::string instance;
  TimePoint timestamp;
  std::optional<double> avgQueryLatencyMs;  ///< of the application's queries, execution time on the server
  std::optional<double> p50QueryLatencyMs;  ///< of the probe's round trips
  std::optional<double> p95QueryLatencyMs;
  std::optional<double> p99QueryLatencyMs;
  std::optional<double> activeConnections;
  std::optional<double> lockWaitTimeMs;  ///< the longest wait for a lock at the moment of reading
  std::optional<double> deadlocks;       ///< since the one before
  std::optional<double> replicationLagSeconds;
  std::optional<double> sequentialScansPerSecond;
  std::optional<double> cpuUsagePercent;
  std::optional<double> diskIopsPerSecond;
  std::optional<double> queriesPerSecond;
  std::string latencySource;  ///< `pg_stat_statements`, or `pg_stat_activity` where that is missing
};

/// One query of the application as the baseline knew it.
struct QueryBaseline {
  double meanMs = 0;          ///< mean execution time
  double callsPerSecond = 0;  ///< how often it ran
  double share = 0;           ///< its part of the total execution time, 0 to 1
  double deviationMs = 0;     ///< standard deviation of a single call's time; 0 where unknown
};

/// How an instance did before the change: what the watch compares with.
struct Baseline {
  std::string instance;
  TimePoint capturedAt;
  Seconds window{0};  ///< how long was measured
  PerformanceSnapshot snapshot;
  std::map<std::string, QueryBaseline> queries;  ///< by the engine's query id
};

}  // namespace hotswap
