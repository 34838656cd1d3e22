#include <nlohmann/json.hpp>

#include "api/json/event_json.h"
#include "api/json/execution_json.h"
#include "api/json/json_values.h"
#include "api/resources/execution_lookup.h"
#include "api/resources/query.h"
#include "api/resources/resources.h"

namespace hotswap::api {

namespace {

constexpr Milliseconds slice{250};

Response cancel(const Context& context, const Call& call) {
  const Execution execution = findExecution(context, call);
  const std::string reason = decoded(call.request.body, readReason);
  context.services.orchestrator.cancel(execution.id, reason, call.actor);
  context.audit(call.actor, "execution.cancel_requested", execution.id.text(), reason);
  return jsonResponse(200, toJson(context.services.store.executions().get(execution.id)));
}

Response rollback(const Context& context, const Call& call) {
  const ExecutionId id = findExecution(context, call).id;
  const std::string reason = decoded(call.request.body, readReason);
  orchestrator::Orchestrator& orchestrator = context.services.orchestrator;
  const auto deadline = std::chrono::steady_clock::now() + context.settings.rollbackPatience;
  Execution execution = orchestrator.rollback(id, reason, call.actor, slice);
  context.audit(call.actor, "execution.rollback_requested", id.text(), reason);
  // In slices, so that a service that ends need not wait for the answer.
  while (!isTerminal(execution.status) && !context.stopping.stop_requested() &&
         std::chrono::steady_clock::now() < deadline) {
    execution = orchestrator.wait(id, slice);
  }
  const bool over = isTerminal(execution.status);
  const auto& record = execution.rollback;
  if (over && !record) {
    throw Error(ErrorCode::Conflict, "The execution ended before it could be stopped; ask again to have it undone.");
  }
  const std::optional<TimePoint> completedAt = record ? record->completedAt : std::nullopt;
  return jsonResponse(over ? 200 : 202, Json{{"executionId", id.text()},
                                             {"status", toText(execution.status)},
                                             {"rollbackCompletedAt", toJson(completedAt)},
                                             {"rollbackDuration",
                                              completedAt ? seconds(*completedAt - record->startedAt) : Json(nullptr)},
                                             {"verified", record && record->verified}});
}

std::int64_t lastEventId(const Call& call) {
  const std::string written(call.request.header("last-event-id").value_or(""));
  if (written.empty() || written.size() > 18 || written.find_first_not_of("0123456789") != std::string::npos) return 0;
  return std::stoll(written);
}

/// Follows an execution into a queue while the result lives.
std::shared_ptr<void> follow(const Context& context, const ExecutionId& id, std::int64_t after,
                             const std::shared_ptr<EventQueue>& queue) {
  Services& services = context.services;
  auto subscription = std::make_shared<orchestrator::EventFeed::Subscription>();
  const auto endIfOver = [&] {
    const Execution execution = services.store.executions().get(id);
    if (!isTerminal(execution.status)) return false;
    if (!queue->ended()) queue->push(statusEvent(execution, services.clock.now()));
    return true;
  };
  // An execution that is over has no feed any more. One that ends between the look and the subscription is found by the
  // second look: its end is in the store before the feed tells it.
  if (endIfOver()) return subscription;
  *subscription = services.orchestrator.events().subscribe(
      id, after, [queue](const ExecutionEvent& event) { queue->push(toStreamEvent(event)); });
  endIfOver();
  return subscription;
}

Response events(const Context& context, const Call& call) {
  const ExecutionId id = findExecution(context, call).id;
  Response response{.status = 200, .contentType = "text/event-stream", .body = {}, .headers = {}, .stream = {}};
  response.stream = EventStream{[&context, id, after = lastEventId(call)](const std::shared_ptr<EventQueue>& queue) {
    return follow(context, id, after, queue);
  }};
  return response;
}

}  // namespace

void addExecutionActionRoutes(RouteTable& routes, const Context& context) {
  addBoth(routes, "/events", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "GET",
            .path = path,
            .permission = Permission::Read,
            .work = Work::Quick,
            .operationId = "followExecution" + suffix,
            .tag = "executions",
            .summary = "Server-sent events: phase, statement, progress, snapshot, status; ends with the execution",
            .requestSchema = {},
            .query = {},
            .headers = {textParameter("Last-Event-ID", "Go on after this event")},
            .answers = {{.status = 200, .description = "The events", .schema = {}, .contentType = "text/event-stream"}},
            .handle = [&context](const Call& call) { return events(context, call); }};
  });
  addBoth(routes, "/cancel", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "POST",
            .path = path,
            .permission = Permission::ControlExecutions,
            .work = Work::Control,
            .operationId = "cancelExecution" + suffix,
            .tag = "executions",
            .summary = "Stops an execution and undoes what it has changed; returns at once",
            .requestSchema = "ReasonRequest",
            .bodyOptional = true,
            .query = {},
            .headers = {},
            .answers = {{.status = 200, .description = "The execution as it is now", .schema = "Execution"}},
            .handle = [&context](const Call& call) { return cancel(context, call); }};
  });
  addBoth(routes, "/rollback", [&](const std::string& path, const std::string& suffix) -> Route {
    return {.method = "POST",
            .path = path,
            .permission = Permission::ControlExecutions,
            .work = Work::Control,
            .operationId = "rollBackExecution" + suffix,
            .tag = "executions",
            .summary = "Undoes an execution that runs or has succeeded; waits up to 30 s",
            .requestSchema = "ReasonRequest",
            .bodyOptional = true,
            .query = {},
            .headers = {},
            .answers = {{.status = 200, .description = "It is done", .schema = "RollbackResult"},
                        {.status = 202, .description = "It goes on", .schema = "RollbackResult"}},
            .handle = [&context](const Call& call) { return rollback(context, call); }};
  });
}

}  // namespace hotswap::api
