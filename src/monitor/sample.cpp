#include "monitor/sample.h"

#include <algorithm>
#include <cmath>

namespace hotswap::monitor {

namespace {

template <class Number>
std::optional<double> growth(const std::optional<Number>& before, const std::optional<Number>& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return static_cast<double>(*after - *before);
}

std::map<std::string, QuerySample> finishedBetween(const db::VitalsReading& before, const db::VitalsReading& after) {
  std::map<std::string, QuerySample> queries;
  for (const auto& [id, now] : after.queries) {
    const auto earlier = before.queries.find(id);
    const db::QueryCounters then = earlier == before.queries.end() ? db::QueryCounters{} : earlier->second;
    if (now.calls <= then.calls || now.totalMs < then.totalMs) continue;
    const auto calls = static_cast<double>(now.calls - then.calls);
    const double totalMs = now.totalMs - then.totalMs;
    // The squares are differences of large sums; rounding must not take them below what the mean alone demands.
    queries[id] = {.calls = calls,
                   .totalMs = totalMs,
                   .sumSquares = std::max(now.sumSquares - then.sumSquares, totalMs * totalMs / calls),
                   .inFlight = {}};
  }
  return queries;
}

void addInFlight(std::map<std::string, QuerySample>& queries, const db::VitalsReading& reading) {
  for (const db::RunningQuery& running : reading.running) {
    if (running.queryId.empty() || running.waitingForLock) continue;
    queries[running.queryId].inFlight.push_back(running.elapsedMs);
  }
}

/// The stand-in where queries are not counted. In a database that stands still nothing finishes, and those who are
/// running are the calls.
std::optional<QuerySample> wholeDatabaseBetween(const db::VitalsReading& before, const db::VitalsReading& after,
                                                Seconds length) {
  const auto transactions = growth(before.transactions, after.transactions);
  if (!transactions || !after.meanActive) return std::nullopt;
  const double calls = std::max(*transactions, std::ceil(*after.meanActive));
  if (calls <= 0) return std::nullopt;
  const double totalMs = *after.meanActive * length.count() * 1000;
  // A statement seen running is one observation, so the mean is known as well as from that many calls, or from all
  // where they last so long that each is seen several times.
  const double seen = *after.meanActive * static_cast<double>(after.activeLooks);
  const double observations = std::clamp(seen, 1.0, calls);
  return QuerySample{.calls = calls,
                     .totalMs = totalMs,
                     .sumSquares = totalMs * totalMs / calls * (1 + calls / observations),
                     .inFlight = {}};
}

std::optional<double> sumOf(std::span<const Sample> samples, std::optional<double> Sample::*member) {
  std::optional<double> sum;
  for (const Sample& sample : samples) {
    if (sample.*member) sum = sum.value_or(0) + *(sample.*member);
  }
  return sum;
}

std::optional<double> meanOf(std::span<const Sample> samples, std::optional<double> Sample::*member) {
  const auto known =
      std::count_if(samples.begin(), samples.end(), [&](const Sample& s) { return (s.*member).has_value(); });
  if (known == 0) return std::nullopt;
  return *sumOf(samples, member) / static_cast<double>(known);
}

/// Per second, over the samples in which the counter could be read.
std::optional<double> rateOf(std::span<const Sample> samples, std::optional<double> Sample::*member) {
  double sum = 0;
  Seconds length{0};
  for (const Sample& sample : samples) {
    if (!(sample.*member)) continue;
    sum += *(sample.*member);
    length += sample.length;
  }
  if (length <= Seconds{0}) return std::nullopt;
  return sum / length.count();
}

std::optional<double> largestOf(std::span<const Sample> samples, std::optional<double> Sample::*member) {
  std::optional<double> largest;
  for (const Sample& sample : samples) {
    if (sample.*member) largest = std::max(largest.value_or(0), *(sample.*member));
  }
  return largest;
}

std::optional<double> newestOf(std::span<const Sample> samples, std::optional<double> Sample::*member) {
  const auto newest = std::find_if(samples.rbegin(), samples.rend(),
                                   [&](const Sample& sample) { return (sample.*member).has_value(); });
  return newest == samples.rend() ? std::nullopt : (*newest).*member;
}

struct Load {
  double calls = 0;
  double totalMs = 0;
};

Load loadOf(std::span<const Sample> samples) {
  std::map<std::string, Load> queries;
  for (const Sample& sample : samples) {
    for (const auto& [id, query] : sample.queries) {
      queries[id].calls += query.calls;
      queries[id].totalMs += query.totalMs;
    }
  }
  for (const auto& [id, query] : samples.back().queries) {
    Load& load = queries[id];
    const double usual = load.calls > 0 ? load.totalMs / load.calls : 0;
    for (const double elapsed : query.inFlight) {
      if (elapsed <= usual) continue;
      load.calls += 1;
      load.totalMs += elapsed;
    }
  }
  Load sum;
  for (const auto& [id, load] : queries) {
    sum.calls += load.calls;
    sum.totalMs += load.totalMs;
  }
  return sum;
}

}  // namespace

Sample difference(const db::VitalsReading& before, const db::VitalsReading& after, TimePoint timestamp) {
  Sample sample{.at = after.at, .timestamp = timestamp, .length = after.at - before.at};
  sample.ownQueryIds = after.ownQueryIds;
  sample.ownQueryIds.insert(before.ownQueryIds.begin(), before.ownQueryIds.end());
  sample.hasQueryCounters = before.hasQueryCounters && after.hasQueryCounters;
  if (sample.hasQueryCounters) {
    sample.queries = finishedBetween(before, after);
    addInFlight(sample.queries, after);
    for (const std::string& id : sample.ownQueryIds) sample.queries.erase(id);
  } else if (const auto whole = wholeDatabaseBetween(before, after, sample.length)) {
    sample.queries[wholeDatabase] = *whole;
  }
  sample.activeConnections = after.activeConnections;
  sample.lockWaitMs = after.longestLockWaitMs;
  sample.deadlocks = growth(before.deadlocks, after.deadlocks);
  sample.sequentialScans = growth(before.sequentialScans, after.sequentialScans);
  sample.diskOperations = growth(before.diskOperations, after.diskOperations);
  sample.replicationLagSeconds = after.replicationLagSeconds;
  const auto busy = growth(before.cpuBusySeconds, after.cpuBusySeconds);
  const auto total = growth(before.cpuTotalSeconds, after.cpuTotalSeconds);
  if (busy && total && *total > 0) sample.cpuPercent = std::min(100 * *busy / *total, 100.0);
  return sample;
}

PerformanceSnapshot summarise(const std::string& instance, std::span<const Sample> samples, TimePoint at) {
  PerformanceSnapshot snapshot;
  snapshot.instance = instance;
  snapshot.timestamp = at;
  if (samples.empty()) return snapshot;

  Seconds length{0};
  std::vector<double> probes;
  for (const Sample& sample : samples) {
    length += sample.length;
    probes.insert(probes.end(), sample.probeMs.begin(), sample.probeMs.end());
  }
  const Load load = loadOf(samples);
  if (load.calls > 0) snapshot.avgQueryLatencyMs = load.totalMs / load.calls;
  if (length > Seconds{0}) snapshot.queriesPerSecond = load.calls / length.count();
  snapshot.p50QueryLatencyMs = quantile(probes, 0.50);
  snapshot.p95QueryLatencyMs = quantile(probes, 0.95);
  snapshot.p99QueryLatencyMs = quantile(probes, 0.99);
  snapshot.activeConnections = meanOf(samples, &Sample::activeConnections);
  snapshot.lockWaitTimeMs = largestOf(samples, &Sample::lockWaitMs);
  snapshot.deadlocks = sumOf(samples, &Sample::deadlocks);
  snapshot.replicationLagSeconds = newestOf(samples, &Sample::replicationLagSeconds);
  snapshot.sequentialScansPerSecond = rateOf(samples, &Sample::sequentialScans);
  snapshot.cpuUsagePercent = meanOf(samples, &Sample::cpuPercent);
  snapshot.diskIopsPerSecond = rateOf(samples, &Sample::diskOperations);
  snapshot.latencySource = samples.back().hasQueryCounters ? "pg_stat_statements" : "pg_stat_activity";
  return snapshot;
}

std::optional<double> quantile(std::vector<double> values, double fraction) {
  if (values.empty()) return std::nullopt;
  const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(values.size())));
  const std::size_t index = std::clamp<std::size_t>(rank, 1, values.size()) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
  return values[index];
}

}  // namespace hotswap::monitor
