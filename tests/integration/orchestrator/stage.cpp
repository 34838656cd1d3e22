#include "stage.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/query.h"
#include "store/sqlite.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {

const Actor Stage::actor{.username = "tester", .role = Role::Admin, .address = "127.0.0.1", .traceId = "trace"};

Stage::Stage(const OrchestratorSettings& settings) : settings_(settings) {
  engines_.add(db::postgres::makeEngine());
  store_ = std::make_unique<store::Store>(storeFile_, sealer_);
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

ExecutionOptions Stage::endless() {
  ExecutionOptions options = brief();
  options.watch.primary = Seconds(3600);
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

ExecutionId Stage::submit(const Migration& migration, const ExecutionOptions& options) {
  return orchestrator_->submit(migration, options, actor).id;
}

Error Stage::refusal(const Migration& migration) {
  try {
    submit(migration);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "was taken in";
  return Error(ErrorCode::InternalError, "");
}

ExecutionId Stage::watching(const Migration& migration) {
  const ExecutionId id = submit(migration, endless());
  EXPECT_TRUE(logged(id, "watching primary")) << logText(id);
  return id;
}

Execution Stage::end(const ExecutionId& id) { return orchestrator_->wait(id, std::chrono::minutes(2)); }

Execution Stage::cancel(const ExecutionId& id, const std::string& reason) {
  orchestrator_->cancel(id, reason, actor);
  return end(id);
}

Execution Stage::execute(const Migration& migration, const ExecutionOptions& options) {
  return end(submit(migration, options));
}

void Stage::restart() {
  orchestrator_ = nullptr;
  orchestrator_ = std::make_unique<Orchestrator>(settings_, *store_, engines_, metrics_, clock_, random_);
  orchestrator_->start();
}

void Stage::breakStore(const std::string& when) {
  storeSql("CREATE TRIGGER broken " + when + " BEGIN SELECT RAISE(ABORT, 'broken by a test'); END");
}

void Stage::mendStore() { storeSql("DROP TRIGGER broken"); }

void Stage::storeSql(const std::string& statement) {
  const auto session = store::sqlite::openWriter(storeFile_, store::Durability::ProcessDeath);
  store::Query(*session, statement).run();
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

bool Stage::has(const DatabaseTarget& database, const std::string& relation) {
  return sql(database, "select to_regclass('" + relation + "') is not null") == "t";
}

bool Stage::runs(const DatabaseTarget& database, const std::string& part) {
  return sql(database,
             "select count(*) > 0 from pg_stat_activity where datname = current_database() and state = 'active' and "
             "pid <> pg_backend_pid() and query like '%" +
                 part + "%'") == "t";
}

}  // namespace hotswap::orchestrator
