#include "api/json/database_json.h"

#include "api/json/json_values.h"

namespace hotswap::api {

namespace {

constexpr std::size_t longestConfig = 10'000;

Json toJson(const InstanceHealth& health) {
  return Json{{"instance", health.instance},
              {"status", toText(health.status)},
              {"message", textOrNull(health.message)},
              {"serverVersion", textOrNull(health.serverVersion)},
              {"role", textOrNull(health.role)},
              {"replicationLagSeconds", api::toJson(health.replicationLag)},
              {"responseTimeMs", health.responseTime ? Json(health.responseTime->count() * 1000) : Json(nullptr)},
              {"checkedAt", api::toJson(health.checkedAt)}};
}

Replica readReplica(ObjectReader& reader) {
  Replica replica;
  if (const auto id = reader.text("replicaId")) {
    const auto parsed = ReplicaId::parse(*id);
    if (!parsed) reader.problem("replicaId", "is no replica id");
    replica.id = parsed.value_or(ReplicaId());
  }
  replica.connectionString = reader.requiredText("connectionString");
  replica.role = reader.choice<ReplicaRole>("role").value_or(ReplicaRole::AsyncReplica);
  replica.trafficWeight = reader.number("trafficWeight").value_or(0);
  reader.finish();
  return replica;
}

}  // namespace

Json toJson(const DatabaseTarget& database) {
  Json replicas = Json::array();
  for (const Replica& replica : database.replicas) {
    replicas.push_back({{"replicaId", replica.id.text()},
                        {"connectionString", maskedConnectionString(replica.connectionString)},
                        {"role", toText(replica.role)},
                        {"trafficWeight", replica.trafficWeight}});
  }
  return Json{{"databaseId", database.id.text()},
              {"name", database.name},
              {"description", database.description},
              {"type", toText(database.type)},
              {"environment", toText(database.environment)},
              {"masterConnectionString", maskedConnectionString(database.masterConnectionString)},
              {"replicas", std::move(replicas)},
              {"health", toText(database.health)},
              {"config", Json::parse(database.config, nullptr, false)},
              {"createdAt", toJson(database.createdAt)},
              {"updatedAt", toJson(database.updatedAt)},
              {"version", database.version}};
}

Json toJson(const DatabaseTarget& database, HealthStatus status, const std::vector<InstanceHealth>& instances,
            TimePoint checkedAt) {
  Json list = Json::array();
  for (const InstanceHealth& instance : instances) list.push_back(toJson(instance));
  return Json{{"databaseId", database.id.text()},
              {"name", database.name},
              {"status", toText(status)},
              {"instances", std::move(list)},
              {"checkedAt", toJson(checkedAt)}};
}

DatabaseTarget readDatabaseRequest(ObjectReader& reader) {
  DatabaseTarget database;
  database.name = reader.requiredText("name");
  database.description = reader.text("description").value_or("");
  database.type = reader.requiredChoice<DatabaseType>("type");
  database.environment = reader.requiredChoice<Environment>("environment");
  database.masterConnectionString = reader.requiredText("masterConnectionString");
  for (ObjectReader& replica : reader.objects("replicas")) database.replicas.push_back(readReplica(replica));
  database.config = reader.objectText("config").value_or("{}");
  if (database.config.size() > longestConfig) reader.problem("config", "is longer than 10000 bytes");
  return database;
}

}  // namespace hotswap::api
