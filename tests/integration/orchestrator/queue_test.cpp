#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

TEST(Queue, RunsOneExecutionADatabase_InTheOrderTheyCame) {
  Stage stage;
  const auto database = stage.database();
  std::vector<Execution> executions;
  for (int i = 0; i < 3; ++i) {
    const std::string table = "t" + std::to_string(i);
    executions.push_back(stage.orchestrator().submit(stage.migration(database, "create table " + table + " (id int)"),
                                                     Stage::brief(), Stage::actor));
  }
  std::vector<Execution> ended;
  for (const Execution& execution : executions)
    ended.push_back(stage.orchestrator().wait(execution.id, std::chrono::minutes(2)));
  for (std::size_t i = 0; i < ended.size(); ++i) {
    EXPECT_EQ(ended[i].status, ExecutionStatus::Succeeded);
    if (i > 0) {
      EXPECT_GE(*ended[i].startedAt, *ended[i - 1].completedAt);
    }
  }
}

TEST(Queue, RunsNoMoreAtOnceThanItMay) {
  auto settings = Stage::quick();
  settings.maxConcurrentExecutions = 2;
  Stage stage(settings);
  std::vector<ExecutionId> ids;
  auto options = Stage::brief();
  options.watch.primary = Seconds(600);
  for (int i = 0; i < 3; ++i) {
    ids.push_back(
        stage.orchestrator()
            .submit(stage.migration(stage.database(), "create table t (id int)", "drop table t"), options, Stage::actor)
            .id);
  }
  ASSERT_TRUE(stage.logged(ids[0], "watching primary"));
  ASSERT_TRUE(stage.logged(ids[1], "watching primary"));
  EXPECT_EQ(stage.store().executions().get(ids[2]).status, ExecutionStatus::Pending);
  stage.orchestrator().cancel(ids[0], "", Stage::actor);
  EXPECT_TRUE(stage.logged(ids[2], "watching primary"));
  for (const auto& id : {ids[1], ids[2]}) {
    stage.orchestrator().cancel(id, "", Stage::actor);
    EXPECT_EQ(stage.orchestrator().wait(id, std::chrono::minutes(1)).status, ExecutionStatus::RolledBack);
  }
}

TEST(Queue, EndsAtOnce_WhenAPendingOneIsCancelled) {
  Stage stage;
  const auto database = stage.database();
  auto options = Stage::brief();
  options.watch.primary = Seconds(600);
  const auto first = stage.orchestrator().submit(stage.migration(database, "create table a (id int)", "drop table a"),
                                                 options, Stage::actor);
  const auto second =
      stage.orchestrator().submit(stage.migration(database, "create table b (id int)"), options, Stage::actor);
  ASSERT_TRUE(stage.logged(first.id, "watching primary"));
  stage.orchestrator().cancel(second.id, "no", Stage::actor);
  EXPECT_EQ(stage.store().executions().get(second.id).status, ExecutionStatus::RolledBack);
  EXPECT_EQ(stage.store().migrations().get(second.migrationId).status, MigrationStatus::RolledBack);
  EXPECT_THROW(stage.orchestrator().cancel(second.id, "again", Stage::actor), Error);
  stage.orchestrator().cancel(first.id, "", Stage::actor);
  EXPECT_EQ(stage.orchestrator().wait(first.id, std::chrono::minutes(1)).status, ExecutionStatus::RolledBack);
}

TEST(Queue, RefusesAMigration_WhoseDependencyHasNotSucceeded) {
  Stage stage;
  const auto database = stage.database();
  const auto base = stage.migration(database, "create table base (id int)");
  const auto next = stage.migration(database, "alter table base add column x int", std::nullopt, {base.id});
  try {
    stage.orchestrator().submit(next, Stage::brief(), Stage::actor);
    FAIL() << "was taken in";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_THAT(error.what(), HasSubstr(base.name));
  }
  ASSERT_EQ(stage.execute(base).status, ExecutionStatus::Succeeded);
  EXPECT_EQ(stage.execute(next).status, ExecutionStatus::Succeeded);
}

TEST(Queue, RefusesTheSameMigrationTwice) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int)");
  const auto execution = stage.orchestrator().submit(migration, Stage::brief(), Stage::actor);
  EXPECT_THROW(stage.orchestrator().submit(migration, Stage::brief(), Stage::actor), Error);
  EXPECT_EQ(stage.orchestrator().wait(execution.id, std::chrono::minutes(1)).status, ExecutionStatus::Succeeded);
  EXPECT_THROW(stage.orchestrator().submit(stage.store().migrations().get(migration.id), Stage::brief(), Stage::actor),
               Error);
}

TEST(Queue, RefusesASyntaxError_WithLineAndColumn) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int);\ncreate tabel u (id int);");
  try {
    stage.orchestrator().submit(migration, Stage::brief(), Stage::actor);
    FAIL() << "was taken in";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::ValidationError);
    EXPECT_THAT(error.what(), HasSubstr("line 2, column 8"));
  }
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
}

TEST(Restart, GoesOnWatching_WhereTheProcessEnded) {
  Stage stage;
  const auto database = stage.database();
  auto options = Stage::brief();
  options.watch.primary = Seconds(3);
  const auto pending = stage.orchestrator().submit(stage.migration(database, "create table t (id int)", "drop table t"),
                                                   options, Stage::actor);
  ASSERT_TRUE(stage.logged(pending.id, "watching primary"));
  stage.restart();
  const Execution execution = stage.orchestrator().wait(pending.id, std::chrono::minutes(1));
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(pending.id);
  EXPECT_THAT(stage.logText(pending.id), HasSubstr("taken up again"));
}

TEST(Restart, RunsTheCancelledStatementAgain_WhenTheProcessHadNoPatience) {
  Stage stage;
  const auto database = stage.database();
  const auto pending = stage.orchestrator().submit(
      stage.migration(database, "create table t (id int); select pg_sleep(2);", "drop table t"), Stage::brief(),
      Stage::actor);
  const std::string sleeping =
      "select count(*) from pg_stat_activity where query like '%pg_sleep(2)%' and pid <> pg_backend_pid() and state = "
      "'active'";
  ASSERT_TRUE(support::eventually([&] { return stage.sql(database, sleeping) == "1"; }));
  stage.restart();
  const Execution execution = stage.orchestrator().wait(pending.id, std::chrono::minutes(1));
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(pending.id);
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_class where relname = 't'"), "1");
}

TEST(Restart, CountsTheRowsOfBothProcesses) {
  Stage stage;
  const auto database = stage.database();
  const auto pending = stage.orchestrator().submit(
      stage.migration(database,
                      "create table t (id int); insert into t select generate_series(1, 100);"
                      "create index concurrently i on t (id);"
                      "insert into t select 1 from pg_sleep(2), generate_series(1, 50);",
                      "drop table t"),
      Stage::brief(), Stage::actor);
  const std::string sleeping =
      "select count(*) from pg_stat_activity where query like '%from pg_sleep(2)%' and pid <> pg_backend_pid() and "
      "state = 'active'";
  ASSERT_TRUE(support::eventually([&] { return stage.sql(database, sleeping) == "1"; }));
  stage.restart();
  const Execution execution = stage.orchestrator().wait(pending.id, std::chrono::minutes(1));
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(pending.id);
  EXPECT_EQ(stage.sql(database, "select count(*) from t"), "150");
  EXPECT_EQ(execution.rowsAffected, 150);
}

TEST(Restart, UndoesWhatWasCancelled_WhileNobodyRanIt) {
  Stage stage;
  const auto database = stage.database();
  auto options = Stage::brief();
  options.watch.primary = Seconds(600);
  const auto pending = stage.orchestrator().submit(stage.migration(database, "create table t (id int)", "drop table t"),
                                                   options, Stage::actor);
  ASSERT_TRUE(stage.logged(pending.id, "watching primary"));
  stage.orchestrator().stop(Milliseconds(0));
  ASSERT_TRUE(stage.store().executions().requestCancel(pending.id, "cancelled in between"));
  stage.restart();
  const Execution execution = stage.orchestrator().wait(pending.id, std::chrono::minutes(1));
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(pending.id);
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_class where relname = 't'"), "0");
}

TEST(Restart, RepairsAMigration_WhoseExecutionWasNeverWritten) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int)");
  stage.store().migrations().setStatus(migration.id, {MigrationStatus::Draft}, MigrationStatus::InProgress,
                                       migration.createdAt);
  stage.restart();
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
}

}  // namespace
}  // namespace hotswap::orchestrator
