#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/vitals.h"
#include "domain/snapshot.h"

namespace hotswap::monitor {

/// What one query of the application did between two readings, and what of it was still under way at the second one.
///
/// The server counts a call when it has finished. A query that has become so slow that it does not finish any more
/// therefore drops out of `calls`; it is still seen in `inFlight`, whose entries are lower bounds of the times that
/// these calls will have taken. The two are kept apart: a call in flight belongs to the moment, not to the second, so
/// over several samples the finished ones are added up and of the ones in flight only the newest sample's are taken.
/// Calls that wait for a lock are not in flight here: lock waits have a limit of their own.
struct QuerySample {
  double calls = 0;              ///< finished
  double totalMs = 0;            ///< execution time of these
  double sumSquares = 0;         ///< of their single execution times, ms²
  std::vector<double> inFlight;  ///< ms so far of each call that was running at the end
};

/// Where the server counts no queries, the whole database is one query under this id: calls are transactions, totalMs
/// is the mean number of statements seen running times the length of the sample (Little's law), and sumSquares is as
/// large as makes the mean as uncertain as so few looks leave it.
inline const std::string wholeDatabase{};

/// One second of an instance: the difference of two readings.
struct Sample {
  std::chrono::steady_clock::time_point at;  ///< of the second reading
  TimePoint timestamp;
  Seconds length{0};                           ///< between the two readings
  std::map<std::string, QuerySample> queries;  ///< by query id, the application's only
  std::set<std::string> ownQueryIds;           ///< HotSwap's own queries as known by then
  bool hasQueryCounters = false;
  std::optional<double> activeConnections;
  std::optional<double> lockWaitMs;
  std::optional<double> deadlocks;
  std::optional<double> sequentialScans;
  std::optional<double> diskOperations;
  std::optional<double> replicationLagSeconds;
  std::optional<double> cpuPercent;
  /// HotSwap itself made others wait for locks in these seconds, within its own bounds.
  bool blockedByUs = false;
  std::vector<double> probeMs;  ///< round trips of the probe within this second
};

/// Turns readings into samples. Pure: no clock, no server. `before` and `after` are readings of the same instance.
/// A counter that went backwards (the server was restarted, statistics were reset) gives an absent value, never a
/// negative one; a query whose counters did so has no finished calls in this sample. A query that is new in `after`
/// counts from 0, provided that queries were counted at both readings.
Sample difference(const db::VitalsReading& before, const db::VitalsReading& after, TimePoint timestamp);

/// A snapshot over the samples of the last few seconds, in order. An empty list gives a snapshot of absent values.
/// The average latency is over finished calls and over those in flight at the end that have already taken longer than
/// their query's finished ones; absent where nothing ran.
PerformanceSnapshot summarise(const std::string& instance, std::span<const Sample> samples, TimePoint at);

/// The `fraction` quantile (0 to 1) by nearest rank; nothing for no values.
std::optional<double> quantile(std::vector<double> values, double fraction);

}  // namespace hotswap::monitor
