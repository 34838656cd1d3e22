#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

constexpr const char* accounts =
    "create table accounts (id int primary key, owner text); insert into accounts select i, 'o' || i from "
    "generate_series(1, 1000) i";

TEST(Direct, Succeeds_AndKeepsTheWholeStory) {
  Stage stage;
  const auto database = stage.database(accounts);
  const auto migration =
      stage.migration(database,
                      "alter table accounts add column note text; update accounts set note = 'x'; create index "
                      "concurrently accounts_note on accounts (note);",
                      "drop index concurrently accounts_note; alter table accounts drop column note;");
  const Execution execution = stage.execute(migration);
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(execution.id);
  EXPECT_EQ(execution.rowsAffected, 1000);
  EXPECT_EQ(execution.progress, 100);
  EXPECT_TRUE(execution.completedAt);
  EXPECT_TRUE(execution.owner.empty());
  EXPECT_TRUE(execution.baseline);
  ASSERT_EQ(execution.phases.size(), 1U);
  EXPECT_EQ(execution.phases[0].status, PhaseStatus::Succeeded);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Succeeded);
  EXPECT_THAT(stage.logText(execution.id), HasSubstr("create index concurrently accounts_note"));
  EXPECT_EQ(stage.sql(database, "select indisvalid from pg_index where indexrelid = 'accounts_note'::regclass"), "t");
}

TEST(Direct, EndsAsRolledBack_WithStatementLineAndSqlState_WhenAStatementFails) {
  Stage stage;
  const auto database = stage.database(accounts);
  const auto migration = stage.migration(
      database, "alter table accounts add column note text;\n\nupdate accounts\n   set note = (1 / (id - id))::text;");
  const Execution execution = stage.execute(migration);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(execution.id);
  EXPECT_THAT(execution.errorMessage,
              testing::AllOf(HasSubstr("statement 2"), HasSubstr("line 3"), HasSubstr("22012")));
  ASSERT_TRUE(execution.rollback);
  EXPECT_TRUE(execution.rollback->verified);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::RolledBack);
  EXPECT_EQ(stage.sql(database, "select count(*) from information_schema.columns where table_name = 'accounts'"), "2");
}

TEST(Direct, RefusesBeforeAnyChange_WhenAnObjectIsMissing) {
  Stage stage;
  const auto database = stage.database(accounts);
  const Execution execution = stage.execute(
      stage.migration(database, "create table fresh (id int); alter table no_such_table add column x int;"));
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack);
  EXPECT_THAT(execution.errorMessage, testing::AllOf(HasSubstr("Refused"), HasSubstr("no_such_table")));
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_class where relname = 'fresh'"), "0");
}

TEST(Direct, Refuses_WhenTheTargetCannotBeReached) {
  Stage stage;
  auto database = stage.database();
  const auto migration = stage.migration(database, "create table t (id int)");
  database.masterConnectionString = "postgresql://postgres:pw@127.0.0.1:1/none";
  database.version = 1;
  stage.store().databases().update(database);
  const Execution execution = stage.execute(migration);
  EXPECT_EQ(execution.status, ExecutionStatus::Failed);
  EXPECT_THAT(execution.errorMessage, HasSubstr("Refused: primary"));
  EXPECT_THAT(execution.errorMessage, HasSubstr("Nothing was changed"));
}

TEST(Direct, DryRunChangesNothing_AndLeavesTheMigrationAsItWas) {
  Stage stage;
  const auto database = stage.database(accounts);
  const auto migration = stage.migration(database, "alter table accounts add column note text");
  auto options = Stage::brief();
  options.dryRun = true;
  EXPECT_EQ(stage.execute(migration, options).status, ExecutionStatus::Succeeded);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
  EXPECT_EQ(stage.sql(database, "select count(*) from information_schema.columns where table_name = 'accounts'"), "2");
}

TEST(Direct, DryRunFails_WhenTheScriptWould) {
  Stage stage;
  const auto migration = stage.migration(stage.database(accounts), "insert into accounts values (1, 'twice')");
  auto options = Stage::brief();
  options.dryRun = true;
  const Execution execution = stage.execute(migration, options);
  EXPECT_EQ(execution.status, ExecutionStatus::Failed);
  EXPECT_THAT(execution.errorMessage, HasSubstr("23505"));
}

TEST(Direct, IsUndone_WhenCancelledWhileItWatches) {
  Stage stage;
  const auto database = stage.database(accounts);
  const auto id = stage.watching(stage.migration(database, "create table t (id int)", "drop table t"));
  EXPECT_TRUE(stage.has(database, "t"));
  const Execution execution = stage.cancel(id, "changed my mind");
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(id);
  EXPECT_THAT(execution.errorMessage, HasSubstr("changed my mind"));
  EXPECT_TRUE(execution.rollback->verified);
  EXPECT_FALSE(stage.has(database, "t"));
}

TEST(Direct, CancelReachesTheServer_WhenAStatementRuns) {
  Stage stage;
  const auto database = stage.database();
  const auto id = stage.submit(stage.migration(database, "create table t (id int); select pg_sleep(600);"));
  ASSERT_TRUE(support::eventually([&] { return stage.runs(database, "pg_sleep(600)"); }));
  EXPECT_EQ(stage.cancel(id).status, ExecutionStatus::RolledBack);
  EXPECT_FALSE(stage.runs(database, "pg_sleep(600)"));
}

TEST(Direct, IsUndone_WhenItTakesLongerThanItsTimeout) {
  Stage stage;
  const auto database = stage.database();
  auto options = Stage::endless();
  options.timeout = Seconds(4);
  const Execution execution =
      stage.execute(stage.migration(database, "create table t (id int)", "drop table t"), options);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack);
  EXPECT_THAT(execution.errorMessage, HasSubstr("timeout"));
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_class where relname = 't'"), "0");
}

TEST(Direct, IsUndoneByItself_WhenAHotQueryIsRuined) {
  Stage stage;
  const auto database = stage.database(
      "create table orders (id int, customer int, note text); insert into orders select i, i, repeat('x', 200) from "
      "generate_series(1, 60000) i;"
      "create index orders_customer on orders (customer); vacuum analyze orders;");
  auto options = Stage::brief();
  options.watch.baseline = Seconds(3);
  options.watch.primary = Seconds(60);
  std::jthread traffic([&](const std::stop_token& stop) {
    const auto engine = db::postgres::makeEngine();
    const auto session =
        engine->connect(support::sharedCluster().connection(database.name), "shop", std::chrono::seconds(5));
    SystemClock clock;
    for (int i = 1; clock.waitFor(Milliseconds(5), stop); ++i) {
      const std::vector<db::Value> parameters{std::to_string(i % 60000)};
      session->query("select note from orders where customer = $1::int", parameters);
    }
  });
  const Execution execution =
      stage.execute(stage.migration(database, "drop index orders_customer",
                                    "create index concurrently orders_customer on orders (customer)"),
                    options);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(execution.id);
  EXPECT_TRUE(execution.rollback->verified);
  EXPECT_THAT(stage.logText(execution.id), HasSubstr("is: select note from orders where customer = $1::int"));
  EXPECT_THAT(execution.errorMessage, HasSubstr("The query: select note from orders where customer = $1::int"));
  EXPECT_EQ(execution.rollback->reason, execution.errorMessage);
  EXPECT_EQ(stage.sql(database, "select indisvalid from pg_index where indexrelid = 'orders_customer'::regclass"), "t");
}

TEST(Direct, FailsPlainly_WhenThereIsNoWayBack) {
  Stage stage;
  const auto id = stage.watching(stage.migration(stage.database(), "create table t (id int)"));
  const Execution execution = stage.cancel(id);
  EXPECT_EQ(execution.status, ExecutionStatus::Failed);
  EXPECT_THAT(execution.rollback->error, HasSubstr("table public.t"));
  EXPECT_EQ(stage.store().migrations().get(execution.migrationId).status, MigrationStatus::Failed);
}

TEST(Direct, RollsBackASuccess_OnRequest) {
  Stage stage;
  const auto database = stage.database();
  const auto migration = stage.migration(database, "create table t (id int)", "drop table t");
  const Execution done = stage.execute(migration);
  ASSERT_EQ(done.status, ExecutionStatus::Succeeded);
  const Execution undone = stage.orchestrator().rollback(done.id, "not wanted", Stage::actor, std::chrono::seconds(30));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << stage.logText(done.id);
  EXPECT_TRUE(undone.rollback->verified);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::RolledBack);
}

TEST(Direct, RefusesToRollBack_WhenALaterExecutionChangedTheDatabase) {
  Stage stage;
  const auto database = stage.database();
  const Execution first = stage.execute(stage.migration(database, "create table a (id int)", "drop table a"));
  const Execution second = stage.execute(stage.migration(database, "create table b (id int)", "drop table b"));
  ASSERT_EQ(second.status, ExecutionStatus::Succeeded);
  EXPECT_THROW(stage.orchestrator().rollback(first.id, "", Stage::actor, std::chrono::seconds(30)), Error);
  EXPECT_EQ(stage.orchestrator().rollback(second.id, "", Stage::actor, std::chrono::seconds(30)).status,
            ExecutionStatus::RolledBack);
  EXPECT_EQ(stage.orchestrator().rollback(first.id, "", Stage::actor, std::chrono::seconds(30)).status,
            ExecutionStatus::RolledBack);
}

}  // namespace
}  // namespace hotswap::orchestrator
