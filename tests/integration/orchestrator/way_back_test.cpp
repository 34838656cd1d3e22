#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Whose way back sleeps for an hour, and that watches for as long.
class SleepingWayBack {
 public:
  explicit SleepingWayBack(Stage& stage)
      : stage_(stage),
        database_(stage.database()),
        id_(stage.submit(stage.migration(database_, "create table t (id int)", "select pg_sleep(3600); drop table t;"),
                         Stage::endless())) {}

  [[nodiscard]] const ExecutionId& id() const { return id_; }
  [[nodiscard]] const DatabaseTarget& database() const { return database_; }
  bool sleepsNow() { return stage_.runs(database_, "pg_sleep(3600)"); }
  bool sleeps() {
    return support::eventually([&] { return sleepsNow(); });
  }
  bool begin() {
    if (!stage_.logged(id_, "watching primary")) return false;
    stage_.orchestrator().cancel(id_, "not wanted", Stage::actor);
    return sleeps();
  }
  void wake() {
    stage_.sql(database_,
               "select pg_cancel_backend(pid) from pg_stat_activity where query like '%pg_sleep(3600)%' and "
               "pid <> pg_backend_pid()");
  }

 private:
  Stage& stage_;
  DatabaseTarget database_;
  ExecutionId id_;
};

TEST(WayBack, RefusesACancel_WhileItRuns) {
  Stage stage;
  SleepingWayBack execution(stage);
  ASSERT_TRUE(execution.begin());
  try {
    stage.orchestrator().cancel(execution.id(), "again", Stage::actor);
    ADD_FAILURE() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_THAT(error.what(), HasSubstr("being undone"));
  }
  execution.wake();
  EXPECT_EQ(stage.end(execution.id()).status, ExecutionStatus::Failed);
}

TEST(WayBack, IsBrokenOff_WhenTheServiceEnds_AndTakenUpByTheNext) {
  Stage stage;
  SleepingWayBack execution(stage);
  ASSERT_TRUE(execution.begin());
  stage.orchestrator().stop(Milliseconds(0));
  EXPECT_FALSE(execution.sleepsNow());
  EXPECT_EQ(stage.store().executions().get(execution.id()).status, ExecutionStatus::Running);
  stage.restart();
  EXPECT_TRUE(execution.sleeps());
  execution.wake();
  EXPECT_EQ(stage.end(execution.id()).status, ExecutionStatus::Failed);
}

TEST(WayBack, EndsAsFailed_WhenItTakesLongerThanItMay_AndCanBeAskedForAgain) {
  auto settings = Stage::quick();
  settings.wayBackTimeout = Milliseconds(1500);
  Stage stage(settings);
  SleepingWayBack sleeping(stage);
  ASSERT_TRUE(sleeping.begin());
  const Execution execution = stage.end(sleeping.id());
  EXPECT_EQ(execution.status, ExecutionStatus::Failed) << stage.logText(sleeping.id());
  ASSERT_TRUE(execution.rollback);
  EXPECT_THAT(execution.rollback->error,
              testing::AllOf(HasSubstr("took longer than"), HasSubstr("ask for"), HasSubstr("table public.t")));
  EXPECT_FALSE(sleeping.sleepsNow());
  stage.sql(sleeping.database(), "drop table t");
  const Execution again = stage.orchestrator().rollback(sleeping.id(), "again", Stage::actor, std::chrono::minutes(1));
  EXPECT_EQ(again.status, ExecutionStatus::Failed);  // its script sleeps still
  EXPECT_TRUE(again.rollback->verified);
}

/// A database whose connection string is a reference to a file.
class FileReference {
 public:
  explicit FileReference(Stage& stage) : database_(stage.database()) {
    std::ofstream(file()) << database_.masterConnectionString;
    database_.masterConnectionString = "file:" + file().string();
    database_.version = 1;
    stage.store().databases().update(database_);
  }
  [[nodiscard]] const DatabaseTarget& database() const { return database_; }
  void lose() const { std::filesystem::remove(file()); }

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "connection.txt"; }
  support::TemporaryFolder folder_;
  DatabaseTarget database_;
};

TEST(WayBack, IsNotNeeded_WhenTheConnectionStringIsGoneBeforeAnyChange) {
  Stage stage;
  const FileReference reference(stage);
  reference.lose();
  const Execution execution = stage.execute(stage.migration(reference.database(), "create table t (id int)"));
  EXPECT_TRUE(isTerminal(execution.status)) << stage.logText(execution.id);
  EXPECT_THAT(execution.errorMessage, HasSubstr("connection.txt"));
  ASSERT_TRUE(execution.rollback);
  EXPECT_FALSE(execution.rollback->verified);
  EXPECT_THAT(stage.logText(execution.id), testing::AllOf(Not(HasSubstr("proved")), HasSubstr("nothing was changed")));
}

TEST(WayBack, Fails_WhenTheConnectionStringIsGoneAfterTheChange_AndCanBeAskedForAgain) {
  Stage stage;
  const FileReference reference(stage);
  const auto id = stage.watching(stage.migration(reference.database(), "create table t (id int)", "drop table t"));
  reference.lose();
  stage.restart();  // a process that has read the connection string needs it no more
  const Execution execution = stage.end(id);
  EXPECT_EQ(execution.status, ExecutionStatus::Failed) << stage.logText(id);
  ASSERT_TRUE(execution.rollback);
  EXPECT_THAT(execution.rollback->error, testing::AllOf(HasSubstr("connection.txt"), HasSubstr("ask for")));
}

TEST(WayBack, UndoesACancelThatWasAccepted_WhileTheEndIsVerified) {
  Stage stage;
  const auto database = stage.database();
  const auto id =
      stage.submit(stage.migration(database, "create table t (id int); select pg_sleep(2);", "drop table t"));
  const auto engine = db::postgres::makeEngine();
  const auto blocker =
      engine->connect(support::sharedCluster().connection(database.name), "shop", std::chrono::seconds(5));
  ASSERT_TRUE(stage.logged(id, "watching primary"));
  blocker->execute("begin");
  // A table that the listing reads, and no new connection: those open every table with a cache where the file that
  // saves them from it has just been made invalid.
  blocker->execute("lock table pg_catalog.pg_policy in access exclusive mode");
  ASSERT_TRUE(support::eventually([&] {
    return stage.sql(database,
                     "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                     "application_name like 'hotswap/%' and datname = current_database()") == "1";
  }));
  stage.orchestrator().cancel(id, "at the last moment", Stage::actor);
  blocker->execute("rollback");
  const Execution execution = stage.end(id);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(id);
  EXPECT_FALSE(stage.has(database, "t"));
}

TEST(WayBack, SaysThatNothingWasChanged_WhenValidationRefuses) {
  Stage stage;
  const Execution execution =
      stage.execute(stage.migration(stage.database(), "alter table no_such_table add column x int;"));
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack);
  EXPECT_THAT(execution.errorMessage, testing::AllOf(Not(HasSubstr("..")), HasSubstr("Nothing was changed.")));
  EXPECT_FALSE(execution.rollback->verified);
  ASSERT_EQ(execution.phases.size(), 1U);
  EXPECT_TRUE(execution.phases[0].completedAt);
}

TEST(WayBack, ReadsTheSchema_WhateverTheRolesStatementTimeout) {
  Stage stage;
  const auto database = stage.database();
  stage.sql(database, "alter database " + database.name + " set statement_timeout = '5ms'");
  stage.sql(database, "alter database " + database.name + " set lock_timeout = '1ms'");
  const Execution execution = stage.execute(stage.migration(database, "create table t (id int)", "drop table t"));
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(execution.id);
}

TEST(WayBack, IsNotTaken_WhenALaterChangeLiesFarBack) {
  Stage stage;
  const auto database = stage.database();
  const Execution first = stage.execute(stage.migration(database, "create table a (id int)", "drop table a"));
  const Execution second = stage.execute(stage.migration(database, "create table b (id int)", "drop table b"));
  for (int i = 0; i < 205; ++i) {
    Execution other = second;
    SystemClock clock;
    SystemRandom random;
    other.id = ExecutionId::make(clock, random);
    other.createdAt = clock.now();
    other.status = ExecutionStatus::RolledBack;
    stage.store().executions().add(other);
  }
  try {
    stage.orchestrator().rollback(first.id, "", Stage::actor, std::chrono::seconds(30));
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(second.id.text()));
  }
}

TEST(WayBack, ComparesOnly_WhenItFailedForWantOfAScriptAndWasUndoneByHand) {
  Stage stage;
  const auto database = stage.database();
  const Execution done = stage.execute(stage.migration(database, "create table t (id int)"));
  const auto rollback = [&] {
    return stage.orchestrator().rollback(done.id, "", Stage::actor, std::chrono::minutes(1));
  };
  EXPECT_EQ(rollback().status, ExecutionStatus::Failed);
  EXPECT_EQ(rollback().status, ExecutionStatus::Failed);
  stage.sql(database, "drop table t");
  const Execution undone = rollback();
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << undone.rollback->error;
  EXPECT_TRUE(undone.rollback->verified);
}

TEST(WayBack, IsTakenStill_WhenItFailedAndItsMigrationWasExecutedAgainInVain) {
  Stage stage;
  const auto database = stage.database();
  const auto migration = stage.migration(database, "create table t (id int)");
  const Execution failed = stage.cancel(stage.watching(migration));
  ASSERT_EQ(failed.status, ExecutionStatus::Failed);
  const Execution again = stage.execute(stage.store().migrations().get(migration.id));
  ASSERT_EQ(again.status, ExecutionStatus::RolledBack) << "the table is there, so validation refuses it";
  stage.sql(database, "drop table t");
  const Execution undone = stage.orchestrator().rollback(failed.id, "", Stage::actor, std::chrono::minutes(1));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << undone.rollback->error;
  EXPECT_TRUE(undone.rollback->verified);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::RolledBack);
}

TEST(WayBack, IsTaken_WhenTheExecutionSucceedsWhileItIsToldToStop) {
  Stage stage;
  const auto database = stage.database();
  const Execution done = stage.execute(stage.migration(database, "create table t (id int)", "drop table t"));
  ASSERT_EQ(done.status, ExecutionStatus::Succeeded);
  stage.restart();  // from here on nobody works on it
  stage.storeSql("UPDATE executions SET status = 'Running'");
  stage.storeSql(
      "CREATE TRIGGER succeeds BEFORE UPDATE OF cancel_reason ON executions BEGIN "
      "UPDATE executions SET status = 'Succeeded' WHERE id = NEW.id; SELECT RAISE(IGNORE); END");
  const Execution undone = stage.orchestrator().rollback(done.id, "", Stage::actor, std::chrono::minutes(1));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << stage.logText(done.id);
  EXPECT_FALSE(stage.has(database, "t"));
}

TEST(WayBack, CountsAsARollbackOnly_WhenASuccessIsUndoneByHand) {
  Stage stage;
  const Execution done = stage.execute(stage.migration(stage.database(), "create table t (id int)", "drop table t"));
  const Execution undone = stage.orchestrator().rollback(done.id, "", Stage::actor, std::chrono::seconds(30));
  ASSERT_EQ(undone.status, ExecutionStatus::RolledBack);
  const auto counts = [&](const std::string& line) {
    return support::eventually([&] { return stage.metrics().exposition().find(line + "\n") != std::string::npos; });
  };
  EXPECT_TRUE(counts("migration_rollback_duration_seconds_count 1"));
  EXPECT_TRUE(counts("migrations_executed_total 1"));
  EXPECT_TRUE(counts("migrations_succeeded_total 1"));
  EXPECT_TRUE(counts("migrations_rolled_back_total 0"));
  EXPECT_TRUE(counts("migration_execution_duration_seconds_count 1"));
  EXPECT_TRUE(counts("migrations_in_progress 0"));
}

}  // namespace
}  // namespace hotswap::orchestrator
