#include "api/json/snapshot_json.h"

#include "api/json/json_values.h"

namespace hotswap::api {

Json toJson(const PerformanceSnapshot& snapshot) {
  return Json{{"instance", snapshot.instance},
              {"timestamp", toJson(snapshot.timestamp)},
              {"avgQueryLatencyMs", toJson(snapshot.avgQueryLatencyMs)},
              {"p50QueryLatencyMs", toJson(snapshot.p50QueryLatencyMs)},
              {"p95QueryLatencyMs", toJson(snapshot.p95QueryLatencyMs)},
              {"p99QueryLatencyMs", toJson(snapshot.p99QueryLatencyMs)},
              {"activeConnections", toJson(snapshot.activeConnections)},
              {"lockWaitTimeMs", toJson(snapshot.lockWaitTimeMs)},
              {"deadlocks", toJson(snapshot.deadlocks)},
              {"replicationLagSeconds", toJson(snapshot.replicationLagSeconds)},
              {"sequentialScansPerSecond", toJson(snapshot.sequentialScansPerSecond)},
              {"cpuUsagePercent", toJson(snapshot.cpuUsagePercent)},
              {"diskIopsPerSecond", toJson(snapshot.diskIopsPerSecond)},
              {"queriesPerSecond", toJson(snapshot.queriesPerSecond)},
              {"latencySource", textOrNull(snapshot.latencySource)}};
}

Json toJson(const Baseline& baseline) {
  Json queries = Json::object();
  for (const auto& [id, query] : baseline.queries) {
    queries[id] = Json{{"meanMs", query.meanMs}, {"callsPerSecond", query.callsPerSecond}, {"share", query.share}};
  }
  return Json{{"instance", baseline.instance},
              {"capturedAt", toJson(baseline.capturedAt)},
              {"windowSeconds", toJson(baseline.window)},
              {"snapshot", toJson(baseline.snapshot)},
              {"queries", std::move(queries)}};
}

}  // namespace hotswap::api
