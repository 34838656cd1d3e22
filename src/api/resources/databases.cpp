#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/json/database_json.h"
#include "api/resources/masked_secrets.h"
#include "api/resources/query.h"
#include "api/resources/resources.h"
#include "api/resources/shared_checks.h"
#include "orchestrator/health.h"

namespace hotswap::api {

namespace {

constexpr const char* path = "/api/v1/databases";
constexpr const char* pathOfOne = "/api/v1/databases/{id}";
constexpr Milliseconds healthPatience{5000};

using HealthChecks = SharedChecks<std::string>;

Response answer(int status, const DatabaseTarget& database) {
  Response response = jsonResponse(status, toJson(database));
  response.headers.emplace_back("ETag", entityTag(database.version));
  if (status == 201) response.headers.emplace_back("Location", std::string(path) + "/" + database.id.text());
  return response;
}

void countDatabases(const Services& services) {
  services.metrics.databasesRegistered(static_cast<std::size_t>(services.store.databases().count()));
}

void giveIds(DatabaseTarget& database, const Services& services) {
  for (Replica& replica : database.replicas) {
    if (replica.id.empty()) replica.id = ReplicaId::make(services.clock, services.random);
  }
}

Response create(const Context& context, const Call& call) {
  const Services& services = context.services;
  DatabaseTarget database = decoded(call.request.body, readDatabaseRequest);
  std::vector<ErrorDetail> problems = checkFields(database);
  refuseMaskedSecrets(database, problems);
  for (std::size_t i = 0; i < database.replicas.size(); ++i) {
    if (!database.replicas[i].id.empty())
      problems.push_back({"replicas[" + std::to_string(i) + "].replicaId", "is given by the service"});
  }
  refuseProblems(std::move(problems));
  static_cast<void>(services.engines.of(database.type));
  database.id = DatabaseId::make(services.clock, services.random);
  giveIds(database, services);
  database.createdAt = services.clock.now();
  database.updatedAt = database.createdAt;
  services.store.databases().add(database);
  countDatabases(services);
  context.audit(call.actor, "database.created", database.id.text(), database.name);
  return answer(201, database);
}

Response list(const Context& context, const Call& call) {
  const store::PageRequest page = readPage(call);
  const auto found = context.services.store.databases().list(page);
  Json databases = Json::array();
  for (const DatabaseTarget& database : found.items) databases.push_back(toJson(database));
  return jsonResponse(
      200,
      Json{
          {"databases", std::move(databases)}, {"total", found.total}, {"limit", page.limit}, {"offset", page.offset}});
}

bool leadsElsewhere(const DatabaseTarget& before, const DatabaseTarget& after) {
  const auto strings = [](const DatabaseTarget& database) {
    std::vector<std::string> all{database.masterConnectionString};
    for (const Replica& replica : database.replicas) all.push_back(replica.connectionString);
    return all;
  };
  return before.type != after.type || before.environment != after.environment || strings(before) != strings(after);
}

/// An execution goes on with what it began with.
void refuseWhileExecuting(const Context& context, const DatabaseTarget& before, const DatabaseTarget& after) {
  if (!leadsElsewhere(before, after)) return;
  const auto unfinished = context.services.store.executions().unfinished();
  const auto own = std::ranges::find(unfinished, before.id, &Execution::databaseId);
  if (own == unfinished.end()) return;
  throw Error(ErrorCode::Conflict,
              fmt::format("The execution {} on {} has not ended; its type, environment and connection strings can be "
                          "changed afterwards.",
                          own->id.text(), before.name));
}

Response change(const Context& context, const Call& call) {
  const Services& services = context.services;
  const DatabaseTarget stored = services.store.databases().find(call.parameter("id"));
  checkIfMatch(call, stored.version);
  DatabaseTarget database = decoded(call.request.body, readDatabaseRequest);
  std::vector<ErrorDetail> problems = checkFields(database);
  if (problems.empty()) keepMaskedSecrets(database, stored, problems);
  refuseProblems(std::move(problems));
  static_cast<void>(services.engines.of(database.type));
  database.id = stored.id;
  giveIds(database, services);
  database.health = stored.health;
  database.createdAt = stored.createdAt;
  database.updatedAt = services.clock.now();
  database.version = stored.version;
  refuseWhileExecuting(context, stored, database);
  const DatabaseTarget updated = services.store.databases().update(database);
  context.audit(call.actor, "database.updated", updated.id.text(), updated.name);
  return answer(200, updated);
}

Response remove(const Context& context, const Call& call) {
  const DatabaseTarget database = context.services.store.databases().find(call.parameter("id"));
  context.services.store.databases().remove(database.id);
  countDatabases(context.services);
  context.audit(call.actor, "database.deleted", database.id.text(), database.name);
  return {.status = 204, .contentType = {}, .body = {}, .headers = {}, .stream = {}};
}

Response health(const Context& context, HealthChecks& checks, const Call& call) {
  const Services& services = context.services;
  const DatabaseTarget database = services.store.databases().find(call.parameter("id"));
  const auto check = [&] {
    const auto instances = orchestrator::checkHealth(services.engines.of(database.type), database, healthPatience,
                                                     services.clock, context.stopping);
    if (context.stopping.stop_requested()) {  // what was broken off says nothing about the database
      throw Error(ErrorCode::Unavailable, "The service is stopping; try again when it is back.", {},
                  {.retryable = true});
    }
    const HealthStatus status = orchestrator::overall(instances);
    services.store.databases().setHealth(database.id, status);
    return jsonText(toJson(database, status, instances, services.clock.now()));
  };
  // A database that was changed meanwhile is another one.
  const std::string key = database.id.text() + "/" + std::to_string(database.version);
  return {
      .status = 200, .contentType = "application/json", .body = checks.ask(key, check), .headers = {}, .stream = {}};
}

}  // namespace

void addDatabaseRoutes(RouteTable& routes, const Context& context) {
  routes.add({.method = "POST",
              .path = path,
              .permission = Permission::ManageDatabases,
              .operationId = "createDatabase",
              .tag = "databases",
              .summary = "Registers a database to be migrated",
              .requestSchema = "DatabaseRequest",
              .answers = {{.status = 201, .description = "The database, passwords masked", .schema = "Database"}},
              .handle = [&context](const Call& call) { return create(context, call); }});
  routes.add({.method = "GET",
              .path = path,
              .permission = Permission::Read,
              .operationId = "listDatabases",
              .tag = "databases",
              .summary = "All databases, by name",
              .query = withPage(),
              .answers = {{.status = 200, .description = "The databases", .schema = "DatabaseList"}},
              .handle = [&context](const Call& call) { return list(context, call); }});
  routes.add({.method = "GET",
              .path = pathOfOne,
              .permission = Permission::Read,
              .operationId = "getDatabase",
              .tag = "databases",
              .summary = "One database, by id or name",
              .answers = {{.status = 200, .description = "The database", .schema = "Database"}},
              .handle = [&context](const Call& call) {
                return answer(200, context.services.store.databases().find(call.parameter("id")));
              }});
  routes.add({.method = "PUT",
              .path = pathOfOne,
              .permission = Permission::ManageDatabases,
              .operationId = "changeDatabase",
              .tag = "databases",
              .summary = "Replaces what is known of a database",
              .requestSchema = "DatabaseRequest",
              .headers = {ifMatchHeader()},
              .answers = {{.status = 200, .description = "The database as it is now", .schema = "Database"}},
              .handle = [&context](const Call& call) { return change(context, call); }});
  routes.add({.method = "DELETE",
              .path = pathOfOne,
              .permission = Permission::ManageDatabases,
              .operationId = "deleteDatabase",
              .tag = "databases",
              .summary = "Forgets a database that no migration refers to",
              .answers = {{.status = 204, .description = "Deleted", .schema = {}}},
              .handle = [&context](const Call& call) { return remove(context, call); }});
  const auto checks = std::make_shared<HealthChecks>(context.services.clock, context.stopping);
  routes.add({.method = "GET",
              .path = std::string(pathOfOne) + "/health",
              .permission = Permission::Read,
              .work = Work::Health,
              .operationId = "getDatabaseHealth",
              .tag = "databases",
              .summary = "Asks every instance how it is, now",
              .answers = {{.status = 200, .description = "What each instance answered", .schema = "DatabaseHealth"}},
              .handle = [&context, checks](const Call& call) { return health(context, *checks, call); }});
}

}  // namespace hotswap::api
