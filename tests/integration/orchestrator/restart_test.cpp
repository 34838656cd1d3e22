// Executions that go on in another process than the one they were begun in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

TEST(Restart, GoesOnWatching_WhereTheProcessEnded) {
  Stage stage;
  auto options = Stage::brief();
  options.watch.primary = Seconds(3);
  const auto id = stage.submit(stage.migration(stage.database(), "create table t (id int)", "drop table t"), options);
  ASSERT_TRUE(stage.logged(id, "watching primary"));
  stage.restart();
  EXPECT_EQ(stage.end(id).status, ExecutionStatus::Succeeded) << stage.logText(id);
  EXPECT_THAT(stage.logText(id), HasSubstr("taken up again"));
}

TEST(Restart, RunsTheCancelledStatementAgain_WhenTheProcessHadNoPatience) {
  Stage stage;
  const auto database = stage.database();
  const auto id =
      stage.submit(stage.migration(database, "create table t (id int); select pg_sleep(2);", "drop table t"));
  ASSERT_TRUE(support::eventually([&] { return stage.runs(database, "pg_sleep(2)"); }));
  stage.restart();
  EXPECT_EQ(stage.end(id).status, ExecutionStatus::Succeeded) << stage.logText(id);
  EXPECT_TRUE(stage.has(database, "t"));
}

TEST(Restart, CountsTheRowsOfBothProcesses) {
  Stage stage;
  const auto database = stage.database();
  const auto id = stage.submit(stage.migration(database,
                                               "create table t (id int); insert into t select generate_series(1, 100);"
                                               "create index concurrently i on t (id);"
                                               "insert into t select 1 from pg_sleep(2), generate_series(1, 50);",
                                               "drop table t"));
  ASSERT_TRUE(support::eventually([&] { return stage.runs(database, "from pg_sleep(2)"); }));
  stage.restart();
  const Execution execution = stage.end(id);
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(id);
  EXPECT_EQ(stage.sql(database, "select count(*) from t"), "150");
  EXPECT_EQ(execution.rowsAffected, 150);
}

TEST(Restart, WantsSomebodyToLookAtTheRows_WhenNobodyKnowsWhetherTheyWereChanged) {
  Stage stage;
  const auto database = stage.database("create table t (id int)");
  const auto id =
      stage.submit(stage.migration(database, "insert into t values (1); select pg_sleep(600);", "select 1"));
  ASSERT_TRUE(support::eventually([&] { return stage.runs(database, "pg_sleep(600)"); }));
  stage.orchestrator().stop(Milliseconds(0));
  // As if the process had died in the middle of a COMMIT, and a standby had been promoted since.
  Step commit = stage.store().executions().steps(id).back();
  ASSERT_EQ(commit.kind, StepKind::Apply);
  commit.state = StepState::Started;
  commit.evidence = "4242@000000FF";
  stage.store().executions().beginStep(commit);
  stage.restart();
  const Execution execution = stage.end(id);
  EXPECT_EQ(execution.status, ExecutionStatus::Failed) << stage.logText(id);
  ASSERT_TRUE(execution.rollback);
  EXPECT_THAT(execution.rollback->error, HasSubstr("have to be looked at by hand"));
  EXPECT_THAT(execution.rollback->error, HasSubstr("The schema is as before"));
}

TEST(Restart, UndoesWhatWasCancelled_WhileNobodyRanIt) {
  Stage stage;
  const auto database = stage.database();
  const auto id = stage.watching(stage.migration(database, "create table t (id int)", "drop table t"));
  stage.orchestrator().stop(Milliseconds(0));
  ASSERT_TRUE(stage.store().executions().requestCancel(id, "cancelled in between"));
  stage.restart();
  EXPECT_EQ(stage.end(id).status, ExecutionStatus::RolledBack) << stage.logText(id);
  EXPECT_FALSE(stage.has(database, "t"));
}

}  // namespace
}  // namespace hotswap::orchestrator
