#include "api/schemas/build.h"
#include "api/schemas/schemas.h"
#include "domain/execution.h"

namespace hotswap::api::schema {

namespace {

const std::vector<std::string> watchFields{"primarySeconds", "baselineSeconds", "latencyFactor", "lockWaitSeconds",
                                           "lagSeconds",     "cpuPercent",      "windowSeconds"};

Json watch(bool required) {
  std::vector<Field> fields;
  for (const std::string& name : watchFields)
    fields.push_back({name, required ? number() : orNull(number()), required});
  return object(fields);
}

void addSnapshotSchemas(Json& schemas) {
  std::vector<Field> fields{{"instance", text()}, {"timestamp", timestamp()}};
  for (const char* const name :
       {"avgQueryLatencyMs", "p50QueryLatencyMs", "p95QueryLatencyMs", "p99QueryLatencyMs", "activeConnections",
        "lockWaitTimeMs", "deadlocks", "replicationLagSeconds", "sequentialScansPerSecond", "cpuUsagePercent",
        "diskIopsPerSecond", "queriesPerSecond"}) {
    fields.push_back({name, orNull(number())});
  }
  fields.push_back({"latencySource", orNull(text())});
  schemas["PerformanceSnapshot"] = object(fields);
  schemas["Baseline"] = object(
      {{"instance", text()},
       {"capturedAt", timestamp()},
       {"windowSeconds", number("how long was measured")},
       {"snapshot", reference("PerformanceSnapshot")},
       {"queries", anyObject(object({{"meanMs", number()}, {"callsPerSecond", number()}, {"share", number()}}))}});
  schemas["ExecutionMetrics"] =
      object({{"baseline", orNull(reference("Baseline"))}, {"snapshots", list(reference("PerformanceSnapshot"))}});
}

}  // namespace

void addExecutionSchemas(Json& schemas) {
  addSnapshotSchemas(schemas);
  schemas["ExecuteRequest"] = object(
      {optional("environment", orNull(oneOf<Environment>())), optional("strategy", orNull(oneOf<Strategy>())),
       optional("dryRun", orNull(boolean())),
       optional("autoRollback", orNull(boolean("false: a breach is reported and undoes nothing"))),
       optional("timeout", orNull(number("seconds, at most 7200"))), optional("monitoring", orNull(watch(false)))});
  schemas["ReasonRequest"] = object({optional("reason", orNull(text("at most 1000 bytes")))});
  schemas["Phase"] = object({{"name", text()},
                             {"instances", list(text())},
                             {"status", oneOf<PhaseStatus>()},
                             {"startedAt", orNull(timestamp())},
                             {"completedAt", orNull(timestamp())}});
  schemas["Rollback"] =
      object({{"reason", text()},
              {"startedAt", timestamp()},
              {"completedAt", orNull(timestamp())},
              {"duration", orNull(number("seconds"))},
              {"verified", boolean("the schemas were compared and are the same; false as well where nothing "
                                   "had been changed, so that there was nothing to compare")},
              {"error", orNull(text("what is left to do by hand"))}});
  schemas["Execution"] = object({{"executionId", text()},
                                 {"migrationId", text()},
                                 {"databaseId", text()},
                                 {"strategy", oneOf<Strategy>()},
                                 {"dryRun", boolean()},
                                 {"autoRollback", boolean()},
                                 {"timeout", number("seconds")},
                                 {"monitoring", watch(true)},
                                 {"status", oneOf<ExecutionStatus>()},
                                 {"phases", list(reference("Phase"))},
                                 {"currentPhase", orNull(text())},
                                 {"progress", number("0 to 100")},
                                 {"targetInstance", orNull(text())},
                                 {"createdAt", timestamp()},
                                 {"startedAt", orNull(timestamp())},
                                 {"completedAt", orNull(timestamp())},
                                 {"duration", orNull(number("seconds, once it is over"))},
                                 {"rowsAffected", integer()},
                                 {"baseline", orNull(reference("Baseline"))},
                                 {"performanceMetrics", orNull(reference("PerformanceSnapshot"))},
                                 {"errorMessage", orNull(text())},
                                 {"cancelReason", orNull(text())},
                                 {"rollback", orNull(reference("Rollback"))},
                                 {"initiatedBy", text()}});
  schemas["ExecutionList"] = object({{"executions", list(reference("Execution"))},
                                     {"total", integer()},
                                     {"limit", integer()},
                                     {"offset", integer()}});
  schemas["LogEntry"] = object({{"sequence", integer()},
                                {"timestamp", timestamp()},
                                {"level", text("`info`, `warning` or `error`")},
                                {"message", text()},
                                {"sqlStatement", orNull(text())},
                                {"instance", orNull(text())},
                                {"durationMs", orNull(number())},
                                {"rowsAffected", orNull(integer())}});
  schemas["ExecutionLog"] = object(
      {{"logs", list(reference("LogEntry"))}, {"total", integer()}, {"limit", integer()}, {"offset", integer()}});
  schemas["RollbackResult"] = object({{"executionId", text()},
                                      {"status", oneOf<ExecutionStatus>()},
                                      {"rollbackCompletedAt", orNull(timestamp())},
                                      {"rollbackDuration", orNull(number("seconds"))},
                                      {"verified", boolean("as in Rollback")}});
}

}  // namespace hotswap::api::schema
