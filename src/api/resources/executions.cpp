#include <nlohmann/json.hpp>

#include "api/json/execution_json.h"
#include "api/json/json_values.h"
#include "api/json/snapshot_json.h"
#include "api/resources/execution_lookup.h"
#include "api/resources/query.h"
#include "api/resources/resources.h"

namespace hotswap::api {

namespace {

constexpr std::int64_t mostLogs = 1000;
constexpr std::int64_t mostSnapshots = 10'000;

Response list(const Context& context, const Call& call) {
  const Services& services = context.services;
  const store::PageRequest page = readPage(call);
  store::ExecutionFilter filter;
  filter.status = readChoice<ExecutionStatus>(call, "status");
  if (const auto database = call.query("database")) filter.database = services.store.databases().find(*database).id;
  if (call.path.contains("id")) filter.migration = services.store.migrations().find(call.parameter("id")).id;
  const auto found = services.store.executions().list(filter, page);
  Json executions = Json::array();
  for (const Execution& execution : found.items) executions.push_back(toJson(execution));
  return jsonResponse(200, Json{{"executions", std::move(executions)},
                                {"total", found.total},
                                {"limit", page.limit},
                                {"offset", page.offset}});
}

Response log(const Context& context, const Call& call) {
  const Execution execution = findExecution(context, call);
  const store::PageRequest page = readPage(call, mostLogs, 200);
  const std::int64_t after = readInteger(call, "after", 0, INT64_MAX).value_or(0);
  const auto found = context.services.store.executions().log(execution.id, after, page);
  Json logs = Json::array();
  for (const LogEntry& entry : found.items) logs.push_back(toJson(entry));
  return jsonResponse(
      200, Json{{"logs", std::move(logs)}, {"total", found.total}, {"limit", page.limit}, {"offset", page.offset}});
}

Response metrics(const Context& context, const Call& call) {
  const Execution execution = findExecution(context, call);
  const auto snapshots = context.services.store.snapshots().list(
      execution.id, readTime(call, "from"), readTime(call, "to"), call.query("instance"),
      readInteger(call, "limit", 1, mostSnapshots).value_or(1000));
  Json list = Json::array();
  for (const PerformanceSnapshot& snapshot : snapshots) list.push_back(toJson(snapshot));
  return jsonResponse(200, Json{{"baseline", execution.baseline ? toJson(*execution.baseline) : Json(nullptr)},
                                {"snapshots", std::move(list)}});
}

Route listRoute(const Context& context, const char* path, const char* operationId) {
  return {.method = "GET",
          .path = path,
          .permission = Permission::Read,
          .work = Work::Quick,
          .operationId = operationId,
          .tag = "executions",
          .summary = "Executions, newest first",
          .requestSchema = {},
          .query = withPage({choiceParameter<ExecutionStatus>("status", "Only those in this state"),
                             textParameter("database", "Only those on this database (id or name)")}),
          .headers = {},
          .answers = {{.status = 200, .description = "The executions", .schema = "ExecutionList"}},
          .handle = [&context](const Call& call) { return list(context, call); }};
}

}  // namespace

void addExecutionRoutes(RouteTable& routes, const Context& context) {
  routes.add(listRoute(context, "/api/v1/migrations/{id}/executions", "listExecutionsOfMigration"));
  routes.add(listRoute(context, "/api/v1/executions", "listExecutions"));
  addBoth(routes, "", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "GET",
            .path = path,
            .permission = Permission::Read,
            .work = Work::Quick,
            .operationId = "getExecution" + suffix,
            .tag = "executions",
            .summary = "One execution",
            .requestSchema = {},
            .query = {},
            .headers = {},
            .answers = {{.status = 200, .description = "The execution", .schema = "Execution"}},
            .handle = [&context](const Call& call) { return jsonResponse(200, toJson(findExecution(context, call))); }};
  });
  addBoth(routes, "/logs", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "GET",
            .path = path,
            .permission = Permission::Read,
            .work = Work::Quick,
            .operationId = "getExecutionLogs" + suffix,
            .tag = "executions",
            .summary = "The execution's log, oldest first; every statement sent to a target is in it",
            .requestSchema = {},
            .query = withPage({integerParameter("after", "Only lines after this sequence number")},
                              "at most 1000, 200 unless told"),
            .headers = {},
            .answers = {{.status = 200, .description = "The log", .schema = "ExecutionLog"}},
            .handle = [&context](const Call& call) { return log(context, call); }};
  });
  addBoth(routes, "/metrics", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "GET",
            .path = path,
            .permission = Permission::Read,
            .work = Work::Quick,
            .operationId = "getExecutionMetrics" + suffix,
            .tag = "executions",
            .summary = "The baseline and the snapshots taken, oldest first",
            .requestSchema = {},
            .query = {timeParameter("from", "Not before"), timeParameter("to", "Not after"),
                      textParameter("instance", "`primary` or a replica's id"),
                      integerParameter("limit", "The newest so many, at most 10000, 1000 unless told")},
            .headers = {},
            .answers = {{.status = 200, .description = "Baseline and snapshots", .schema = "ExecutionMetrics"}},
            .handle = [&context](const Call& call) { return metrics(context, call); }};
  });
}

}  // namespace hotswap::api
