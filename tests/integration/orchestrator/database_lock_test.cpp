#include "orchestrator/database_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

/// The same physical database under a second name.
DatabaseTarget alias(Stage& stage, const DatabaseTarget& database) {
  SystemClock clock;
  SystemRandom random;
  DatabaseTarget other = database;
  other.id = DatabaseId::make(clock, random);
  other.name = database.name + "_again";
  stage.store().databases().add(other);
  return other;
}

TEST(DatabaseLock, MakesExecutionsTakeTurns_WhenTwoDatabasesAreOneOnTheServer) {
  Stage stage;
  const auto database = stage.database();
  const auto again = alias(stage, database);
  auto options = Stage::brief();
  options.watch.primary = Seconds(600);
  const auto first = stage.orchestrator().submit(stage.migration(database, "create table g1 (id int)", "drop table g1"),
                                                 options, Stage::actor);
  ASSERT_TRUE(stage.logged(first.id, "watching primary"));
  const auto second = stage.orchestrator().submit(stage.migration(again, "create table g2 (id int)", "drop table g2"),
                                                  Stage::brief(), Stage::actor);
  ASSERT_TRUE(stage.logged(second.id, "waiting for hotswap/" + first.id.text())) << stage.logText(second.id);
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_class where relname = 'g2'"), "0");
  stage.orchestrator().cancel(first.id, "", Stage::actor);
  EXPECT_EQ(stage.orchestrator().wait(first.id, std::chrono::minutes(1)).status, ExecutionStatus::RolledBack)
      << stage.logText(first.id);
  EXPECT_EQ(stage.orchestrator().wait(second.id, std::chrono::minutes(1)).status, ExecutionStatus::Succeeded)
      << stage.logText(second.id);
}

TEST(DatabaseLock, MayBeCancelled_WhileItIsAwaited) {
  Stage stage;
  const auto database = stage.database();
  const auto engine = db::postgres::makeEngine();
  const auto other =
      engine->connect(support::sharedCluster().connection(database.name), "another service", std::chrono::seconds(5));
  ASSERT_FALSE(engine->tryLockDatabase(*other));
  const auto id = stage.orchestrator()
                      .submit(stage.migration(database, "create table t (id int)"), Stage::brief(), Stage::actor)
                      .id;
  ASSERT_TRUE(stage.logged(id, "waiting for another service"));
  ASSERT_NO_THROW(stage.orchestrator().cancel(id, "no patience", Stage::actor)) << stage.logText(id);
  const Execution execution = stage.orchestrator().wait(id, std::chrono::minutes(1));
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(id);
  EXPECT_FALSE(execution.rollback->verified);
}

TEST(DatabaseLock, DoesNotBreakTheRun_WhenItsSessionIsLost) {
  Stage stage;
  const auto database = stage.database();
  auto options = Stage::brief();
  options.watch.primary = Seconds(600);
  const auto id =
      stage.orchestrator()
          .submit(stage.migration(database, "create table t (id int)", "drop table t"), options, Stage::actor)
          .id;
  ASSERT_TRUE(stage.logged(id, "watching primary"));
  EXPECT_EQ(stage.sql(database,
                      "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
                      "application_name = 'hotswap/" +
                          id.text() + "/lock'"),
            "1");
  stage.orchestrator().cancel(id, "", Stage::actor);
  EXPECT_EQ(stage.orchestrator().wait(id, std::chrono::minutes(1)).status, ExecutionStatus::RolledBack)
      << stage.logText(id);
}

TEST(DatabaseLock, IsFree_WhenTheExecutionHasEnded) {
  Stage stage;
  const auto database = stage.database();
  ASSERT_EQ(stage.execute(stage.migration(database, "create table t (id int)", "drop table t")).status,
            ExecutionStatus::Succeeded);
  EXPECT_EQ(stage.sql(database, "select count(*) from pg_locks where locktype = 'advisory'"), "0");
}

TEST(DatabaseLock, IsTakenFromAProcessThatIsGone) {
  Stage stage;
  const auto database = stage.database();
  const auto engine = db::postgres::makeEngine();
  const auto connection = support::sharedCluster().connection(database.name);
  const auto leftOver = engine->connect(connection, "hotswap/exec-1/lock", std::chrono::seconds(5));
  ASSERT_FALSE(engine->tryLockDatabase(*leftOver));
  SystemClock clock;
  DatabaseLock lock(*engine, connection, "hotswap/exec-1", std::chrono::seconds(5));
  EXPECT_TRUE(lock.take(clock, {}, [](const std::string& holder) { ADD_FAILURE() << "waits for " << holder; }));
}

}  // namespace
}  // namespace hotswap::orchestrator
