// Two sessions on one file: locks, limits, cancels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "integration/db/sqlite_connections.h"
#include "support/eventually.h"

namespace hotswap::db::sqlite {
namespace {

using support::eventually;
using testing::HasSubstr;

constexpr const char* endless =
    "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n";

class SqliteWaitingTest : public SqliteTest {
 protected:
  SqliteWaitingTest() { one->execute("create table t (a)"); }

  /// Asks again and again until `thread` has ended: a cancel that comes before the statement does nothing.
  static void cancelUntil(Canceller& canceller, const std::atomic<bool>& ended) {
    EXPECT_TRUE(eventually([&] {
      canceller.cancel();
      return ended.load();
    }));
  }

  std::unique_ptr<Session> one = connectTo(file);
  std::unique_ptr<Session> other = connectTo(file);
};

TEST_F(SqliteWaitingTest, BeginWaitsForTheWriteLock_AsLongAsItsLimitLets) {
  one->begin();
  engine().setLimits(*other, {.lock = Milliseconds(30)});
  const auto began = std::chrono::steady_clock::now();
  const SqlError error = errorOf([&] { other->begin(); });
  EXPECT_EQ(error.kind(), SqlErrorKind::LockTimeout);
  EXPECT_EQ(error.failure().sqlState, "SQLITE_BUSY");
  EXPECT_TRUE(error.recovery().retryable);
  EXPECT_TRUE(error.recovery().connectionUsable);
  EXPECT_GE(std::chrono::steady_clock::now() - began, Milliseconds(30));
  EXPECT_FALSE(other->inTransaction());
  one->commit();
  other->begin();
  other->execute("insert into t values (1)");
  other->commit();
}

TEST_F(SqliteWaitingTest, BeginGoesOn_WhenTheLockIsGivenBack) {
  one->begin();
  std::atomic<bool> begun = false;
  std::thread waiting([&] {
    engine().setLimits(*other, {});
    other->begin();
    begun = true;
  });
  // Long past what a waiter without a limit of its own would take for one.
  EXPECT_FALSE(eventually([&] { return begun.load(); }, Milliseconds(100)));
  one->rollback();
  waiting.join();
  EXPECT_TRUE(other->inTransaction());
}

TEST_F(SqliteWaitingTest, CommitWaitsForReaders_AndCanBeTriedAgain) {
  one->execute("insert into t values (1), (2)");
  other->stream("select a from t", {}, [&](std::span<const Value>) {
    one->begin();
    one->execute("insert into t values (3)");
    engine().setLimits(*one, {.lock = Milliseconds(10)});
    EXPECT_EQ(errorOf([&] { one->commit(); }).kind(), SqlErrorKind::LockTimeout);
    EXPECT_TRUE(one->inTransaction());
    return false;
  });
  one->commit();
  EXPECT_EQ(other->query("select count(*) from t").integer(0, 0), 3);
}

TEST_F(SqliteWaitingTest, SaysThatATransactionMustBeBegunAnew_WhereAnotherHasWrittenSince) {
  one->execute("pragma journal_mode = wal");
  one->execute("begin");
  one->query("select * from t");
  other->execute("insert into t values (1)");
  const SqlError error = errorOf([&] { one->execute("insert into t values (2)"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::Serialization);
  EXPECT_TRUE(error.recovery().retryable);
  one->rollback();
  one->execute("insert into t values (2)");
}

TEST_F(SqliteWaitingTest, EndsAStatementAtItsLimit) {
  engine().setLimits(*one, {.lock = Milliseconds(5000), .statement = Milliseconds(20)});
  const SqlError error = errorOf([&] { one->query(endless); });
  EXPECT_EQ(error.kind(), SqlErrorKind::StatementTimeout);
  EXPECT_THAT(error.what(), HasSubstr("20 ms"));
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_EQ(one->query("select 1").integer(0, 0), 1);
}

TEST_F(SqliteWaitingTest, CountsTheWaitForALock_AgainstTheStatementsLimit) {
  one->begin();
  engine().setLimits(*other, {.lock = Milliseconds(0), .statement = Milliseconds(20)});
  EXPECT_EQ(errorOf([&] { other->begin(); }).kind(), SqlErrorKind::StatementTimeout);
}

TEST_F(SqliteWaitingTest, TakesTheTransactionWithIt_WhereAChangeOfRowsRunsIntoItsLimit) {
  one->begin();
  engine().setLimits(*one, {.statement = Milliseconds(20)});
  EXPECT_EQ(errorOf([&] {
              one->execute(
                  "insert into t with recursive n (i) as (select 1 union all select i + 1 from n) select i "
                  "from n where i < 0");
            }).kind(),
            SqlErrorKind::StatementTimeout);
  EXPECT_EQ(errorOf([&] { one->commit(); }).failure().sqlState, "SQLITE_ABORT_ROLLBACK");
  one->rollback();
}

TEST_F(SqliteWaitingTest, CancelsFromAnotherThread) {
  const auto canceller = one->canceller();
  std::atomic<bool> ended = false;
  std::thread asking([&] { cancelUntil(*canceller, ended); });
  const SqlError error = errorOf([&] { one->query(endless); });
  ended = true;
  asking.join();
  EXPECT_EQ(error.kind(), SqlErrorKind::Canceled);
  EXPECT_FALSE(error.recovery().retryable);
  EXPECT_EQ(one->query("select 1").integer(0, 0), 1);
}

TEST_F(SqliteWaitingTest, CancelsAWaitForALock) {
  one->begin();
  engine().setLimits(*other, {});
  const auto canceller = other->canceller();
  std::atomic<bool> ended = false;
  std::thread asking([&] { cancelUntil(*canceller, ended); });
  const SqlError error = errorOf([&] { other->begin(); });
  ended = true;
  asking.join();
  EXPECT_EQ(error.kind(), SqlErrorKind::Canceled);
}

TEST_F(SqliteWaitingTest, CancelsNothing_WhileNothingRuns) {
  const auto canceller = one->canceller();
  EXPECT_TRUE(canceller->cancel());
  EXPECT_EQ(one->query("with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select "
                       "count(*) from n")
                .integer(0, 0),
            100000);
}

TEST_F(SqliteWaitingTest, CancelsNothing_OnceTheSessionIsGone) {
  const auto canceller = one->canceller();
  one.reset();
  EXPECT_FALSE(canceller->cancel());
}

TEST_F(SqliteWaitingTest, CancelsWhileSessionsComeAndGo) {
  // For the sanitizers: a cancel must never meet a connection that is being closed.
  std::atomic<bool> ended = false;
  std::shared_ptr<Canceller> canceller = one->canceller();
  std::thread asking([&] {
    while (!ended) canceller->cancel();
  });
  for (int i = 0; i < 20; ++i) one->reset();
  one.reset();
  ended = true;
  asking.join();
  EXPECT_FALSE(canceller->cancel());
}

}  // namespace
}  // namespace hotswap::db::sqlite
