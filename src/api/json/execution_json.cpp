#include "api/json/execution_json.h"

#include "api/json/json_values.h"
#include "api/json/snapshot_json.h"

namespace hotswap::api {

namespace {

Json elapsed(const std::optional<TimePoint>& from, const std::optional<TimePoint>& to) {
  return from && to ? seconds(*to - *from) : Json(nullptr);
}

Json toJson(const RollbackRecord& rollback) {
  return Json{{"reason", rollback.reason},
              {"startedAt", api::toJson(rollback.startedAt)},
              {"completedAt", api::toJson(rollback.completedAt)},
              {"duration", elapsed(rollback.startedAt, rollback.completedAt)},
              {"verified", rollback.verified},
              {"error", textOrNull(rollback.error)}};
}

Json toJson(const WatchSettings& watch) {
  return Json{{"primarySeconds", watch.primary.count()}, {"baselineSeconds", watch.baseline.count()},
              {"latencyFactor", watch.latencyFactor},    {"lockWaitSeconds", watch.lockWait.count()},
              {"lagSeconds", watch.lag.count()},         {"cpuPercent", watch.cpuPercent},
              {"windowSeconds", watch.window.count()}};
}

void readWatch(ObjectReader& reader, WatchSettings& watch) {
  const auto read = [&](const char* name, Seconds& into) {
    if (const auto given = reader.number(name)) into = Seconds(*given);
  };
  read("primarySeconds", watch.primary);
  read("baselineSeconds", watch.baseline);
  read("lockWaitSeconds", watch.lockWait);
  read("lagSeconds", watch.lag);
  read("windowSeconds", watch.window);
  if (const auto given = reader.number("latencyFactor")) watch.latencyFactor = *given;
  if (const auto given = reader.number("cpuPercent")) watch.cpuPercent = *given;
  for (const char* const later : {"replicaSeconds", "canarySeconds", "pauseSeconds", "replaySeconds"}) {
    reader.notAvailable(later, "is not available yet: it belongs to strategies that this version does not have");
  }
  reader.finish();
}

}  // namespace

Json toJson(const Phase& phase) {
  return Json{{"name", phase.name},
              {"instances", phase.instances},
              {"status", toText(phase.status)},
              {"startedAt", toJson(phase.startedAt)},
              {"completedAt", toJson(phase.completedAt)}};
}

Json toJson(const Execution& execution) {
  Json phases = Json::array();
  for (const Phase& phase : execution.phases) phases.push_back(toJson(phase));
  return Json{{"executionId", execution.id.text()},
              {"migrationId", execution.migrationId.text()},
              {"databaseId", execution.databaseId.text()},
              {"strategy", toText(execution.options.strategy)},
              {"dryRun", execution.options.dryRun},
              {"autoRollback", execution.options.autoRollback},
              {"timeout", execution.options.timeout.count()},
              {"monitoring", toJson(execution.options.watch)},
              {"status", toText(execution.status)},
              {"phases", std::move(phases)},
              {"currentPhase", textOrNull(execution.currentPhase)},
              {"progress", execution.progress},
              {"targetInstance", textOrNull(execution.targetInstance)},
              {"createdAt", toJson(execution.createdAt)},
              {"startedAt", toJson(execution.startedAt)},
              {"completedAt", toJson(execution.completedAt)},
              {"duration", elapsed(execution.startedAt, execution.completedAt)},
              {"rowsAffected", execution.rowsAffected},
              {"baseline", execution.baseline ? toJson(*execution.baseline) : Json(nullptr)},
              {"performanceMetrics", execution.performance ? toJson(*execution.performance) : Json(nullptr)},
              {"errorMessage", textOrNull(execution.errorMessage)},
              {"cancelReason", toJson(execution.cancelReason)},
              {"rollback", execution.rollback ? toJson(*execution.rollback) : Json(nullptr)},
              {"initiatedBy", execution.initiatedBy}};
}

Json toJson(const LogEntry& entry) {
  return Json{{"sequence", entry.sequence},
              {"timestamp", toJson(entry.timestamp)},
              {"level", entry.level},
              {"message", entry.message},
              {"sqlStatement", textOrNull(entry.sqlStatement)},
              {"instance", textOrNull(entry.instance)},
              {"durationMs", entry.duration ? Json(entry.duration->count()) : Json(nullptr)},
              {"rowsAffected", entry.rowsAffected ? Json(*entry.rowsAffected) : Json(nullptr)}};
}

ExecuteRequest readExecuteRequest(ObjectReader& reader) { return readExecuteRequestOver(reader, {}); }

ExecuteRequest readExecuteRequestOver(ObjectReader& reader, const ExecutionOptions& defaults) {
  ExecuteRequest request{.environment = {}, .strategy = {}, .options = defaults};
  request.environment = reader.choice<Environment>("environment");
  request.strategy = reader.choice<Strategy>("strategy");
  request.options.dryRun = reader.boolean("dryRun").value_or(false);
  request.options.autoRollback = reader.boolean("autoRollback").value_or(defaults.autoRollback);
  if (const auto timeout = reader.number("timeout")) request.options.timeout = Seconds(*timeout);
  if (auto monitoring = reader.object("monitoring")) readWatch(*monitoring, request.options.watch);
  reader.notAvailable("phases", "is not available yet: this version changes the primary alone");
  reader.notAvailable("onlineRewrite", "is not available yet: this version runs scripts as they are written");
  return request;
}

std::string readReason(ObjectReader& reader) {
  std::string reason = reader.text("reason").value_or("");
  constexpr std::size_t longest = 1000;
  if (reason.size() > longest) reader.problem("reason", "is longer than 1000 bytes");
  return reason;
}

}  // namespace hotswap::api
