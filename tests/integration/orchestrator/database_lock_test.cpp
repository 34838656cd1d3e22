#include "orchestrator/database_lock.h"

#include <gtest/gtest.h>

#include "stage.h"

namespace hotswap::orchestrator {
namespace {

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

/// Holds the lock of a database as another service would.
class AnotherService {
 public:
  explicit AnotherService(const DatabaseTarget& database)
      : engine_(db::postgres::makeEngine()),
        session_(engine_->connect(support::sharedCluster().connection(database.name), "another service",
                                  std::chrono::seconds(5))) {
    EXPECT_FALSE(engine_->tryLockDatabase(*session_));
  }

 private:
  std::unique_ptr<db::Engine> engine_;
  std::unique_ptr<db::Session> session_;
};

TEST(DatabaseLock, MakesExecutionsTakeTurns_WhenTwoDatabasesAreOneOnTheServer) {
  Stage stage;
  const auto database = stage.database();
  const auto again = alias(stage, database);
  const auto first = stage.watching(stage.migration(database, "create table g1 (id int)", "drop table g1"));
  const auto second = stage.submit(stage.migration(again, "create table g2 (id int)", "drop table g2"));
  ASSERT_TRUE(stage.logged(second, "waiting for hotswap/" + first.text())) << stage.logText(second);
  EXPECT_FALSE(stage.has(database, "g2"));
  EXPECT_EQ(stage.cancel(first).status, ExecutionStatus::RolledBack) << stage.logText(first);
  EXPECT_EQ(stage.end(second).status, ExecutionStatus::Succeeded) << stage.logText(second);
}

TEST(DatabaseLock, MayBeCancelled_WhileItIsAwaited) {
  Stage stage;
  const auto database = stage.database();
  const AnotherService other(database);
  const auto id = stage.submit(stage.migration(database, "create table t (id int)"));
  ASSERT_TRUE(stage.logged(id, "waiting for another service"));
  Execution execution;
  ASSERT_NO_THROW(execution = stage.cancel(id, "no patience")) << stage.logText(id);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack) << stage.logText(id);
  EXPECT_FALSE(execution.rollback->verified);
}

TEST(DatabaseLock, DoesNotBreakTheRun_WhenItsSessionIsLost) {
  Stage stage;
  const auto database = stage.database();
  const auto id = stage.watching(stage.migration(database, "create table t (id int)", "drop table t"));
  EXPECT_EQ(stage.sql(database,
                      "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
                      "application_name = 'hotswap/" +
                          id.text() + "/lock'"),
            "1");
  EXPECT_EQ(stage.cancel(id).status, ExecutionStatus::RolledBack) << stage.logText(id);
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
