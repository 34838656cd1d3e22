#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/validation.h"
#include "api/json/execution_json.h"
#include "api/json/migration_json.h"
#include "api/json/report_json.h"
#include "api/resources/migration_checks.h"
#include "api/resources/resources.h"
#include "secret/reference.h"
#include "strategy/plan.h"

namespace hotswap::api {

namespace {

void refuseForeignRole(const Context& context, const Call& call, const Migration& migration,
                       const DatabaseTarget& database, const char* what) {
  if (mayExecuteIn(call.actor.role, database.environment)) return;
  context.audit(call.actor, "access.refused", migration.id.text(), fmt::format("{} on {}", what, database.name));
  throw Error(ErrorCode::Forbidden, fmt::format("The role {} may not {} on a {} database.", toText(call.actor.role),
                                                what, toText(database.environment)));
}

Response validate(const Context& context, const Call& call) {
  const Services& services = context.services;
  const Migration migration = services.store.migrations().find(call.parameter("id"));
  const ValidateRequest request = decoded(call.request.body, readValidateRequest);
  const DatabaseTarget database = services.store.databases().get(migration.targetDatabaseId);
  // What is tried runs, though it is rolled back: it can read, wait, and call whatever a script can.
  if (request.dryRun || request.rehearse) refuseForeignRole(context, call, migration, database, "try a script");
  const ValidationReport report =
      analysis::validate(services.engines.of(database.type), secret::resolve(database.masterConnectionString),
                         {.migrationScript = migration.migrationScript,
                          .rollbackScript = migration.rollbackScript,
                          .dryRun = request.dryRun,
                          .rehearse = request.rehearse},
                         services.clock);
  services.metrics.validated(report.duration);
  context.audit(call.actor, "migration.validated", migration.id.text(),
                fmt::format("{}{}{}", report.isValid ? "valid" : "not valid", request.dryRun ? ", with a dry run" : "",
                            request.rehearse ? ", with a rehearsal" : ""));
  return jsonResponse(200, toJson(report));
}

void refuseWrongTarget(const Context& context, const Call& call, const Migration& migration,
                       const DatabaseTarget& database, const ExecuteRequest& request) {
  refuseForeignRole(context, call, migration, database, "execute");
  if (request.environment && *request.environment != database.environment) {
    throw Error(ErrorCode::Conflict, fmt::format("The database {} is {}, not {}; nothing was executed.", database.name,
                                                 toText(database.environment), toText(*request.environment)));
  }
}

Response execute(const Context& context, const Call& call) {
  const Services& services = context.services;
  Migration migration = services.store.migrations().find(call.parameter("id"));
  const ExecuteRequest request = decoded(call.request.body, [&](ObjectReader& reader) {
    return readExecuteRequestOver(reader, context.settings.executionDefaults);
  });
  const DatabaseTarget database = services.store.databases().get(migration.targetDatabaseId);
  refuseWrongTarget(context, call, migration, database, request);
  ExecutionOptions options = request.options;
  options.strategy = request.strategy.value_or(
      migration.strategy.value_or(strategy::defaultStrategy(database.environment, migration.riskLevel)));
  refuseProblems(checkFields(options));
  // The target may have become Production since the migration was written, or its scripts come from an older version.
  static_cast<void>(checkScripts(services, database, migration));
  const Execution execution = services.orchestrator.submit(migration, options, call.actor);
  context.audit(call.actor, "execution.requested", execution.id.text(),
                fmt::format("{} on {}{}", migration.name, database.name, options.dryRun ? ", dry run" : ""));
  Response response = jsonResponse(202, toJson(execution));
  response.headers.emplace_back(
      "Location", fmt::format("/api/v1/migrations/{}/executions/{}", migration.id.text(), execution.id.text()));
  return response;
}

Route executeRoute(const Context& context, const std::string& name) {
  return {.method = "POST",
          .path = "/api/v1/migrations/{id}/" + name,
          .permission = Permission::Execute,
          .work = Work::Slow,
          .operationId = name + "Migration",
          .tag = "migrations",
          .summary = "Executes a migration; a Developer outside Production only",
          .requestSchema = "ExecuteRequest",
          .bodyOptional = true,
          .query = {},
          .headers = {},
          .answers = {{.status = 202,
                       .description = "The execution, which runs by itself from here on",
                       .schema = "Execution"}},
          .handle = [&context](const Call& call) { return execute(context, call); }};
}

}  // namespace

void addMigrationActionRoutes(RouteTable& routes, const Context& context) {
  routes.add({.method = "POST",
              .path = "/api/v1/migrations/{id}/validate",
              .permission = Permission::Validate,
              .work = Work::Slow,
              .operationId = "validateMigration",
              .tag = "migrations",
              .summary = "What the scripts would do, checked against the database; changes nothing",
              .requestSchema = "ValidateRequest",
              .bodyOptional = true,
              .answers = {{.status = 200, .description = "The report", .schema = "ValidationReport"}},
              .handle = [&context](const Call& call) { return validate(context, call); }});
  routes.add(executeRoute(context, "execute"));
  routes.add(executeRoute(context, "deploy"));
}

}  // namespace hotswap::api
