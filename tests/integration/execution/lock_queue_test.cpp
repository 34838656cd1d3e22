// What the application's queries feel while a script waits for its locks.
#include <gtest/gtest.h>

#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

/// Threads that run a query over and over and remember the longest time one took.
class Traffic {
 public:
  Traffic(const Stage& stage, const std::string& query) {
    for (int i = 0; i < 3; ++i) {
      threads_.emplace_back([this, session = std::shared_ptr(stage.connect("application")),
                             query](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const auto begun = std::chrono::steady_clock::now();
          session->query(query);
          const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun).count();
          for (auto longest = longest_.load(); took > longest && !longest_.compare_exchange_weak(longest, took);) {
          }
          ++queries_;
          std::this_thread::yield();
        }
      });
    }
  }
  void end() { threads_.clear(); }
  [[nodiscard]] Milliseconds longest() const { return Milliseconds(longest_.load()); }
  [[nodiscard]] std::int64_t queries() const { return queries_; }

 private:
  std::atomic<Milliseconds::rep> longest_{0};
  std::atomic<std::int64_t> queries_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace

TEST(LockQueue, LetsNoQueryWaitForLong_AndGetsThroughOnceTheBlockerIsGone) {
  Stage stage;
  stage.sql("create table t (id int); insert into t values (1)");
  OpenTransaction blocker(stage, "select * from t");
  Traffic traffic(stage, "select count(*) from t");
  Running running(stage, "alter table t add column a int");
  ASSERT_TRUE(eventually([&] { return stage.journal.countOf("tried again") >= 5; })) << stage.journal.text();
  EXPECT_FALSE(running.ended());
  blocker.end();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  traffic.end();
  EXPECT_EQ(stage.number("select count(a) from t"), 0);
  // Without the limit the queries would have waited for as long as the blocker stayed, more than five attempts.
  EXPECT_LT(traffic.longest(), stage.settings.lockTimeout * 8) << stage.journal.text();
  EXPECT_GT(traffic.queries(), 10);
}

TEST(LockQueue, HoldsNoLocksOfEarlierStatements_WhileItPauses) {
  Stage stage;
  stage.sql("create table a (id int); create table b (id int)");
  stage.settings.firstPause = stage.settings.longestPause = Milliseconds(20'000);
  OpenTransaction blocker(stage, "select * from b");
  Running running(stage, "alter table a add column x int; alter table b add column x int");
  ASSERT_TRUE(eventually([&] { return stage.journal.says("tried again"); }));
  EXPECT_EQ(stage.number("select count(*) from pg_locks where relation in ('a'::regclass, 'b'::regclass) and mode = "
                         "'AccessExclusiveLock'"),
            0);
  EXPECT_EQ(stage.number("select count(*) from pg_stat_activity where application_name = '" +
                         stage.target.applicationName + "' and xact_start is not null"),
            0);
  running.stop();
  EXPECT_NE(running.failure(), "");
}

TEST(LockQueue, BeginsTheWholeUnitAnew_AfterALockTimeout) {
  Stage stage;
  stage.sql("create table ledger (id int); create table b (id int)");
  OpenTransaction blocker(stage, "select * from b");
  Running running(stage, "insert into ledger values (1); alter table b add column x int");
  ASSERT_TRUE(eventually([&] { return stage.journal.countOf("tried again") >= 2; }));
  blocker.end();
  EXPECT_EQ(running.failure(), "");
  EXPECT_EQ(stage.number("select count(*) from ledger"), 1);
}

TEST(LockQueue, SaysWhoIsInTheWay) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.lockTimeout = Milliseconds(900);
  OpenTransaction blocker(stage, "select * from t");
  Running running(stage, "alter table t add column a int");
  EXPECT_TRUE(eventually([&] {
    return stage.journal.says("in its way: session " + std::to_string(blocker.pid()) + " (application");
  })) << stage.journal.text();
  running.stop();
  running.failure();
}

TEST(LockQueue, TriesAgain_AfterADeadlock) {
  Stage stage;
  stage.sql(
      "create table a (id int, v int); create table b (id int, v int); insert into a values (1, 0); insert into b "
      "values (1, 0)");
  stage.settings.lockTimeout = stage.settings.longestBlocking = Milliseconds(30'000);
  const auto application = stage.connect("application");
  application->begin();
  application->execute("update b set v = v + 1");
  // The application comes to wait first, so that its own search for a deadlock is over when the cycle is closed.
  Running running(stage, "update a set v = v + 1; select pg_sleep(2.5); update b set v = v + 1");
  ASSERT_NE(stage.pidRunning("pg_sleep"), 0);
  application->execute("update a set v = v + 1");
  application->commit();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_TRUE(stage.journal.says("40P01")) << stage.journal.text();
  EXPECT_EQ(stage.number("select a.v + b.v from a, b"), 4);
}

TEST(LockQueue, TriesAgain_AfterASerializationFailure) {
  Stage stage;
  stage.sql("create table t (id int, v int); insert into t values (1, 0)");
  Running running(stage,
                  "set transaction isolation level repeatable read; select count(*) from t; "
                  "select pg_sleep(case when v = 0 then 3 else 0 end) from t; update t set v = v + 10");
  ASSERT_NE(stage.pidRunning("pg_sleep"), 0);
  stage.sql("update t set v = v + 1");
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_TRUE(stage.journal.says("40001")) << stage.journal.text();
  EXPECT_EQ(stage.number("select v from t"), 11);
}

TEST(LockQueue, GivesUp_WhenManyShortStatementsTogetherKeepOthersWaitingForTooLong) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.longestBlocking = Milliseconds(500);
  Traffic traffic(stage, "select count(*) from t");
  std::string script = "alter table t add column a int;";
  for (int i = 0; i < 300; ++i) script += "select pg_sleep(0.1);";
  Running running(stage, script);
  EXPECT_NE(running.failure().find("needs its lock for too long"), std::string::npos) << stage.journal.text();
  traffic.end();
}

TEST(LockQueue, SeesWhomItBlocks_AsARoleThatMayNotSeeOtherSessions) {
  Stage stage;
  const std::string role = "blind_" + stage.database;
  stage.sql("create role " + role + " login password 'pw'; create table t (id int); alter table t owner to " + role +
            "; grant all on schema public to " + role);
  stage.settings.longestBlocking = Milliseconds(500);
  stage.target.connection = stage.target.connection.with("user", role).with("password", "pw");
  Traffic traffic(stage, "select count(*) from t");
  Running running(stage, "alter table t add column a int; select pg_sleep(60)");
  EXPECT_NE(running.failure().find("needs its lock for too long"), std::string::npos) << stage.journal.text();
  traffic.end();
  EXPECT_TRUE(stage.journal.says("pg_monitor")) << stage.journal.text();
}

TEST(LockQueue, GivesUp_WhenItsStatementKeepsOthersWaitingForTooLong) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.longestBlocking = Milliseconds(500);
  const auto before = stage.listing();
  Traffic traffic(stage, "select count(*) from t");
  const std::string script = "alter table t add column a int; select pg_sleep(60)";
  const std::string failure = stage.failureOf(script);
  traffic.end();
  EXPECT_NE(failure.find("statement 2 (line 1, column 33) failed: it needs its lock for too long"), std::string::npos)
      << failure;
  EXPECT_EQ(stage.journal.countOf("was broken off for that"), 3U) << stage.journal.text();
  EXPECT_TRUE(stage.undo(script, std::nullopt, before).verified);
}

TEST(LockQueue, LetsGoOfAQueueBehindIt_WhileItWaitsItself_AndTriesOnForAsLongAsItTakes) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.lockTimeout = Milliseconds(30'000);
  stage.settings.longestBlocking = Milliseconds(300);
  OpenTransaction blocker(stage, "select * from t");
  Traffic traffic(stage, "select count(*) from t");
  Running running(stage, "alter table t add column a int");
  ASSERT_TRUE(eventually([&] { return stage.journal.countOf("was broken off for that") >= 5; }))
      << stage.journal.text();
  blocker.end();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
}

TEST(LockQueue, CountsThoseWhoWaited) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.longestBlocking = Milliseconds(20'000);
  Running running(stage, "alter table t add column a int; select pg_sleep(2)");
  ASSERT_NE(stage.pidRunning("pg_sleep"), 0);
  stage.sql("select count(*) from t");
  EXPECT_EQ(running.failure(), "");
  EXPECT_TRUE(stage.journal.says("statement 2 (line 1, column 33) made up to 1 session(s) of the application wait"))
      << stage.journal.text();
}

TEST(LockQueue, IsStoppedAtOnce_WhileItWaitsForALock) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.lockTimeout = Milliseconds(60'000);
  OpenTransaction blocker(stage, "select * from t");
  Running running(stage, "alter table t add column a int");
  ASSERT_NE(stage.pidRunning("alter table"), 0);
  running.stop();
  EXPECT_NE(running.failure().find("stopped"), std::string::npos);
  EXPECT_EQ(stage.number("select count(*) from pg_locks where not granted"), 0);
}

}  // namespace hotswap::execution
