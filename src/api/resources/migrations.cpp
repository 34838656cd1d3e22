#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/json/migration_json.h"
#include "api/json/report_json.h"
#include "api/resources/migration_checks.h"
#include "api/resources/query.h"
#include "api/resources/resources.h"

namespace hotswap::api {

namespace {

constexpr const char* path = "/api/v1/migrations";
constexpr const char* pathOfOne = "/api/v1/migrations/{id}";

Response answer(int status, const Migration& migration, const Json& body) {
  Response response = jsonResponse(status, body);
  response.headers.emplace_back("ETag", entityTag(migration.version));
  if (status == 201) response.headers.emplace_back("Location", fmt::format("{}/{}", path, migration.id.text()));
  return response;
}

Json written(const Migration& migration, const std::vector<Finding>& findings) {
  Json body = toJson(migration);
  body["findings"] = toJson(findings);
  return body;
}

std::vector<MigrationId> resolveDependencies(const Services& services, const std::vector<std::string>& names,
                                             std::vector<ErrorDetail>& problems) {
  std::vector<MigrationId> ids;
  constexpr std::size_t most = 100;  // as many as checkFields allows, so that a long list costs no time
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= most) {
      problems.push_back({"dependencies", "are more than 100"});
      break;
    }
    try {
      ids.push_back(services.store.migrations().find(names[i]).id);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound && error.code() != ErrorCode::Conflict) throw;
      problems.push_back({fmt::format("dependencies[{}]", i), error.what()});
    }
  }
  return ids;
}

/// Takes the fields of a request over into a migration, with what they name looked up. Returns the target.
DatabaseTarget takeOver(const Services& services, const MigrationRequest& request, Migration& migration) {
  std::vector<ErrorDetail> problems;
  DatabaseTarget database;
  try {
    database = services.store.databases().find(request.targetDatabase);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::NotFound) throw;
    problems.push_back({"targetDatabaseId", "names no database that is registered"});
  }
  migration.name = request.name;
  migration.description = request.description;
  migration.targetDatabaseId = database.id;
  migration.migrationScript = request.migrationScript;
  migration.rollbackScript = request.rollbackScript;
  migration.strategy = request.strategy;
  migration.riskLevel = request.riskLevel.value_or(RiskLevel::Low);
  migration.estimatedDuration = request.estimatedDuration;
  migration.dependencies = resolveDependencies(services, request.dependencies, problems);
  migration.tags = request.tags;
  for (ErrorDetail& detail : checkFields(migration)) problems.push_back(std::move(detail));
  if (MigrationId::parse(migration.name))
    problems.push_back({"name", "looks like a migration id; choose another name"});
  refuseProblems(std::move(problems));
  migration.checksum = checksumOf(migration.migrationScript, migration.rollbackScript);
  migration.updatedAt = services.clock.now();
  return database;
}

Response create(const Context& context, const Call& call) {
  const Services& services = context.services;
  Migration migration;
  const DatabaseTarget database = takeOver(services, decoded(call.request.body, readMigrationRequest), migration);
  const std::vector<Finding> findings = checkScripts(services, database, migration);
  migration.id = MigrationId::make(services.clock, services.random);
  migration.createdBy = call.actor.username;
  migration.createdAt = migration.updatedAt;
  services.store.migrations().add(migration);
  services.metrics.migrationCreated();
  context.audit(call.actor, "migration.created", migration.id.text(),
                fmt::format("{} for {}", migration.name, database.name));
  return answer(201, migration, written(migration, findings));
}

Response list(const Context& context, const Call& call) {
  const Services& services = context.services;
  const store::PageRequest page = readPage(call);
  store::MigrationFilter filter;
  filter.status = readChoice<MigrationStatus>(call, "status");
  if (const auto database = call.query("database")) filter.database = services.store.databases().find(*database).id;
  filter.tag = call.query("tag");
  const auto found = services.store.migrations().list(filter, page);
  Json migrations = Json::array();
  for (const Migration& migration : found.items) migrations.push_back(toSummaryJson(migration));
  return jsonResponse(200, Json{{"migrations", std::move(migrations)},
                                {"total", found.total},
                                {"limit", page.limit},
                                {"offset", page.offset}});
}

Response show(const Context& context, const Call& call) {
  const Migration migration = context.services.store.migrations().find(call.parameter("id"));
  return answer(200, migration, toJson(migration));
}

Response change(const Context& context, const Call& call) {
  const Services& services = context.services;
  Migration migration = services.store.migrations().find(call.parameter("id"));
  checkIfMatch(call, migration.version);
  if (!mayEdit(migration.status)) {
    throw Error(ErrorCode::Conflict, fmt::format("The migration {} is {}; it can be edited only while it is Draft.",
                                                 migration.name, toText(migration.status)));
  }
  const DatabaseTarget database = takeOver(services, decoded(call.request.body, readMigrationRequest), migration);
  const std::vector<Finding> findings = checkScripts(services, database, migration);
  const Migration updated = services.store.migrations().update(migration);
  context.audit(call.actor, "migration.updated", updated.id.text(),
                fmt::format("{}, version {}", updated.name, updated.version));
  return answer(200, updated, written(updated, findings));
}

Response remove(const Context& context, const Call& call) {
  const Migration migration = context.services.store.migrations().find(call.parameter("id"));
  context.services.store.migrations().remove(migration.id);
  context.audit(call.actor, "migration.deleted", migration.id.text(), migration.name);
  return {.status = 204, .contentType = {}, .body = {}, .headers = {}, .stream = {}};
}

}  // namespace

void addMigrationRoutes(RouteTable& routes, const Context& context) {
  const std::size_t bodyLimit = context.settings.limits.bodyBytes;
  routes.add({.method = "POST",
              .path = path,
              .permission = Permission::EditMigrations,
              .work = Work::Slow,  // parsing megabytes of SQL takes its time
              .operationId = "createMigration",
              .tag = "migrations",
              .summary = "A new migration; its scripts are parsed",
              .requestSchema = "MigrationRequest",
              .bodyLimit = bodyLimit,
              .answers = {{.status = 201,
                           .description = "The migration, and what the analysis found",
                           .schema = "WrittenMigration"}},
              .handle = [&context](const Call& call) { return create(context, call); }});
  routes.add({.method = "GET",
              .path = path,
              .permission = Permission::Read,
              .operationId = "listMigrations",
              .tag = "migrations",
              .summary = "Migrations, newest first, without their scripts",
              .query = withPage({choiceParameter<MigrationStatus>("status", "Only those in this state"),
                                 textParameter("database", "Only those of this database (id or name)"),
                                 textParameter("tag", "Only those with this tag")}),
              .answers = {{.status = 200, .description = "The migrations", .schema = "MigrationList"}},
              .handle = [&context](const Call& call) { return list(context, call); }});
  routes.add({.method = "GET",
              .path = pathOfOne,
              .permission = Permission::Read,
              .operationId = "getMigration",
              .tag = "migrations",
              .summary = "One migration, by id or name",
              .answers = {{.status = 200, .description = "The migration", .schema = "Migration"}},
              .handle = [&context](const Call& call) { return show(context, call); }});
  routes.add({.method = "PUT",
              .path = pathOfOne,
              .permission = Permission::EditMigrations,
              .work = Work::Slow,
              .operationId = "changeMigration",
              .tag = "migrations",
              .summary = "Replaces a migration while it is Draft",
              .requestSchema = "MigrationRequest",
              .bodyLimit = bodyLimit,
              .headers = {ifMatchHeader()},
              .answers = {{.status = 200, .description = "The migration as it is now", .schema = "WrittenMigration"}},
              .handle = [&context](const Call& call) { return change(context, call); }});
  routes.add({.method = "DELETE",
              .path = pathOfOne,
              .permission = Permission::DeleteMigrations,
              .operationId = "deleteMigration",
              .tag = "migrations",
              .summary = "Deletes a migration that is Draft, Failed or RolledBack",
              .answers = {{.status = 204, .description = "Deleted", .schema = {}}},
              .handle = [&context](const Call& call) { return remove(context, call); }});
}

}  // namespace hotswap::api
