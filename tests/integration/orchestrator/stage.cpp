#include "stage.h"

#include "base/text.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {

const Actor Stage::actor{.username = "tester", .role = Role::Admin, .address = "127.0.0.1", .traceId = "trace"};

Stage::Stage(const OrchestratorSettings& settings) : settings_(settings) {
  engines_.add(db::postgres::makeEngine());
  store_ = std::make_unique<store::Store>(folder_.path() / "hotswap.db", sealer_);
  orchestrator_ = std::make_unique<Orchestrator>(settings_, *store_, engines_, metrics_, clock_, random_);
  orchestrator_->start();
}

OrchestratorSettings Stage::quick() {
  OrchestratorSettings settings;
  settings.run.lockTimeout = Milliseconds(300);
  settings.run.firstPause = Milliseconds(100);
  settings.run.longestPause = Milliseconds(500);
  settings.run.reconnectPatience = Milliseconds(20'000);
  return settings;
}

ExecutionOptions Stage::brief() {
  ExecutionOptions options;
  options.watch.baseline = Seconds(1);
  options.watch.primary = Seconds(1);
  return options;
}

DatabaseTarget Stage::database(const std::string& before) {
  auto& cluster = support::sharedCluster();
  const std::string name = cluster.makeDatabase();
  if (!before.empty()) cluster.psql(before, name);
  DatabaseTarget database;
  database.id = DatabaseId::make(clock_, random_);
  database.name = name;
  database.masterConnectionString = cluster.uri(name);
  database.createdAt = database.updatedAt = clock_.now();
  store_->databases().add(database);
  return database;
}

Migration Stage::migration(const DatabaseTarget& database, const std::string& forward,
                           const std::optional<std::string>& back, const std::vector<MigrationId>& dependencies) {
  Migration migration;
  migration.id = MigrationId::make(clock_, random_);
  migration.name = "migration_" + std::to_string(++migrations_);
  migration.targetDatabaseId = database.id;
  migration.migrationScript = forward;
  migration.rollbackScript = back;
  migration.dependencies = dependencies;
  migration.checksum = checksumOf(forward, back);
  migration.createdBy = actor.username;
  migration.createdAt = migration.updatedAt = clock_.now();
  store_->migrations().add(migration);
  return migration;
}

Execution Stage::execute(const Migration& migration, ExecutionOptions options) {
  return orchestrator_->wait(orchestrator_->submit(migration, options, actor).id, std::chrono::minutes(2));
}

void Stage::restart() {
  orchestrator_ = nullptr;
  orchestrator_ = std::make_unique<Orchestrator>(settings_, *store_, engines_, metrics_, clock_, random_);
  orchestrator_->start();
}

std::string Stage::logText(const ExecutionId& id) {
  std::string text;
  for (const LogEntry& entry : store_->executions().log(id, 0, {.limit = 10'000, .offset = 0}).items) {
    text += entry.level + ": " + entry.message + " | " + entry.sqlStatement + "\n";
  }
  return text;
}

bool Stage::logged(const ExecutionId& id, const std::string& part) {
  return support::eventually([&] { return logText(id).find(part) != std::string::npos; });
}

std::string Stage::sql(const DatabaseTarget& database, const std::string& statement) {
  return std::string(trim(support::sharedCluster().psql(statement, database.name)));
}

}  // namespace hotswap::orchestrator
