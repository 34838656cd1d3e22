#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "db/postgres/postgres_engine.h"
#include "support/eventually.h"
#include "support/postgres_cluster.h"

namespace hotswap::db {
namespace {

using support::eventually;
using support::sharedCluster;

const Engine& engine() {
  static const std::unique_ptr<Engine> postgres = postgres::makeEngine();
  return *postgres;
}

class SessionWatching : public ::testing::Test {
 protected:
  std::unique_ptr<Session> connect(const std::string& name = "shop") {
    return engine().connect(sharedCluster().connection(database), name, std::chrono::seconds(20));
  }
  /// A session that runs one statement in the background and is cancelled at the end if it still does.
  struct Background {
    Background(std::unique_ptr<Session> opened, const std::string& sql)
        : session(std::move(opened)), canceller(session->canceller()), id(session->backendId()) {
      thread = std::jthread([this, sql] {
        try {
          session->execute(sql);
        } catch (const SqlError& error) {
          failure = error.kind();
        }
      });
    }
    ~Background() { canceller->cancel(); }
    std::unique_ptr<Session> session;
    std::shared_ptr<Canceller> canceller;
    std::int64_t id;
    SqlErrorKind failure = SqlErrorKind::Other;
    std::jthread thread;
  };
  static bool contains(const std::vector<BlockedSession>& sessions, std::int64_t id) {
    return std::ranges::any_of(sessions, [&](const BlockedSession& session) { return session.backendId == id; });
  }

  std::string database = sharedCluster().makeDatabase();
  std::unique_ptr<Session> own = connect("hotswap/watch");
  const SessionWatch& watch = engine().sessionWatch();
};

TEST_F(SessionWatching, FindsWhoIsBlocked_DirectlyAndThroughOthers) {
  own->execute("create table t (a int)");
  auto reader = connect();
  reader->begin();
  reader->query("select * from t");
  EXPECT_TRUE(watch.blockedBy(*own, reader->backendId()).empty());
  Background alter(connect("hotswap/exec-1"), "alter table t add column b int");
  ASSERT_TRUE(eventually([&] { return contains(watch.blockedBy(*own, reader->backendId()), alter.id); }));
  Background late(connect("late shop"), "select count(*) from t");
  ASSERT_TRUE(eventually([&] { return contains(watch.blockedBy(*own, alter.id), late.id); }));

  const auto behindReader = watch.blockedBy(*own, reader->backendId());
  ASSERT_EQ(behindReader.size(), 2) << "the late one waits behind the reader through the alter";
  EXPECT_EQ(behindReader[0].backendId, alter.id) << "longest first";
  EXPECT_EQ(behindReader[1].backendId, late.id);
  EXPECT_EQ(behindReader[1].application, "late shop");
  EXPECT_EQ(behindReader[1].statement, "select count(*) from t");
  EXPECT_TRUE(eventually([&] { return watch.blockedBy(*own, alter.id).at(0).waitedMs > 100; }));
  EXPECT_TRUE(watch.blockedBy(*own, late.id).empty());

  const auto blockers = watch.blockersOf(*own, alter.id);
  ASSERT_EQ(blockers.size(), 1);
  EXPECT_EQ(blockers[0].backendId, reader->backendId());
  EXPECT_DOUBLE_EQ(blockers[0].waitedMs, 0) << "it holds and does not wait";
  EXPECT_TRUE(watch.blockersOf(*own, reader->backendId()).empty());
  reader->rollback();
}

TEST_F(SessionWatching, FindsNobody_WhenTheSessionDoesNotExist) {
  EXPECT_TRUE(watch.blockedBy(*own, 2'000'000'000).empty());
  EXPECT_TRUE(watch.blockersOf(*own, 2'000'000'000).empty());
  EXPECT_FALSE(watch.progressOf(*own, 2'000'000'000));
}

TEST_F(SessionWatching, CutsLongStatements) {
  own->execute("create table t (a int)");
  auto holder = connect();
  holder->begin();
  holder->execute("lock table t");
  Background waiter(connect(), "select a,\n   '" + std::string(1000, 'x') + "' from t");
  ASSERT_TRUE(eventually([&] { return contains(watch.blockedBy(*own, holder->backendId()), waiter.id); }));
  const std::string statement = watch.blockedBy(*own, holder->backendId()).at(0).statement;
  EXPECT_LE(statement.size(), 210);
  EXPECT_TRUE(statement.starts_with("select a, 'xxx")) << statement;
  holder->rollback();
}

TEST_F(SessionWatching, ReportsTheProgressOfAnIndexBuild) {
  own->execute("create table t as select md5(g::text) as a from generate_series(1, 400000) g");
  Background build(connect("hotswap/exec-2"), "create index t_a on t (a, (a || 'x'), (a || 'y'))");
  std::vector<double> percents;
  bool ended = false;
  ASSERT_TRUE(eventually([&] {
    if (const auto progress = watch.progressOf(*own, build.id)) {
      EXPECT_TRUE(progress->activity.starts_with("building index") || progress->activity == "initializing")
          << progress->activity;
      if (progress->percent) percents.push_back(*progress->percent);
    }
    ended = own->query("select to_regclass('t_a') is not null").boolean(0, 0);
    return ended;
  }));
  ASSERT_FALSE(percents.empty());
  EXPECT_GE(std::ranges::min(percents), 0);
  EXPECT_LE(std::ranges::max(percents), 100);
}

TEST_F(SessionWatching, ReportsWhatAConcurrentBuildWaitsFor) {
  own->execute("create table t (a int)");
  auto writer = connect();
  writer->begin();
  writer->execute("insert into t values (1)");
  Background build(connect("hotswap/exec-3"), "create index concurrently t_a on t (a)");
  EXPECT_TRUE(eventually([&] {
    const auto progress = watch.progressOf(*own, build.id);
    return progress && progress->activity == "waiting for writers before build";
  }));
  EXPECT_TRUE(contains(watch.blockersOf(*own, build.id), writer->backendId()));
  writer->rollback();
}

TEST_F(SessionWatching, NamesTransactionsThatABuildWouldWaitFor) {
  own->execute("create table t (a int)");
  auto writer = connect("old writer");
  writer->begin();
  writer->execute("update t set a = 1 where false");
  auto snapshot = connect("old snapshot");
  snapshot->execute("begin isolation level repeatable read");
  snapshot->query("select count(*) from t");
  auto harmless = connect("harmless");
  harmless->begin();
  harmless->query("select count(*) from t");
  auto elsewhere = engine().connect(sharedCluster().connection(), "elsewhere", std::chrono::seconds(20));
  elsewhere->execute("begin isolation level repeatable read");
  elsewhere->query("select 1 from pg_class");

  EXPECT_TRUE(watch.longTransactions(*own, Seconds(60)).empty()) << "all are young";
  std::vector<LongTransaction> found;
  ASSERT_TRUE(eventually([&] {
    found = watch.longTransactions(*own, Seconds(0.2));
    return found.size() >= 2;
  }));
  ASSERT_EQ(found.size(), 2);
  EXPECT_EQ(found[0].application, "old writer") << "oldest first, also one that has written nothing yet";
  EXPECT_EQ(found[0].backendId, writer->backendId());
  EXPECT_EQ(found[1].application, "old snapshot");
  EXPECT_GE(found[0].ageSeconds, found[1].ageSeconds);
  EXPECT_EQ(found[1].statement, "select count(*) from t");
}

TEST_F(SessionWatching, NamesPreparedTransactions) {
  support::PostgresCluster cluster({.settings = {{"max_prepared_transactions", "5"}}});
  const auto session = engine().connect(cluster.connection(), "hotswap/watch", std::chrono::seconds(20));
  cluster.psql("create table t (a int); begin; insert into t values (1); prepare transaction 'forgotten';");
  const auto found = watch.longTransactions(*session, Seconds(0));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0].backendId, 0);
  EXPECT_EQ(found[0].statement, "prepared transaction forgotten");
  Background alter(engine().connect(cluster.connection(), "hotswap/exec-9", std::chrono::seconds(20)),
                   "alter table t add column b int");
  ASSERT_TRUE(eventually([&] { return !watch.blockersOf(*session, alter.id).empty(); }));
  EXPECT_EQ(watch.blockersOf(*session, alter.id).at(0).backendId, 0);
  session->execute("rollback prepared 'forgotten'");
}

TEST_F(SessionWatching, EndsTheSessionsOfOneName_AndNoOthers) {
  Background busy(connect("hotswap/exec-4"), "select pg_sleep(60)");
  const auto idle = connect("hotswap/exec-4");
  const auto other = connect("hotswap/exec-44");
  const auto same = connect("hotswap/exec-4");
  EXPECT_EQ(watch.endSessions(*same, "hotswap/exec-4", std::chrono::seconds(20)), 2);
  EXPECT_EQ(other->query("select 1").integer(0, 0), 1);
  EXPECT_EQ(same->query("select 1").integer(0, 0), 1);
  EXPECT_THROW(idle->query("select 1"), SqlError);
  EXPECT_EQ(watch.endSessions(*same, "hotswap/exec-4", std::chrono::seconds(20)), 0);
}

TEST_F(SessionWatching, SaysThatSessionsDidNotEnd_WhenPatienceRunsOut) {
  Background stuck(connect("hotswap/exec-5"), "select pg_sleep(60)");
  const auto process = static_cast<pid_t>(stuck.id);
  ASSERT_EQ(::kill(process, SIGSTOP), 0);
  try {
    watch.endSessions(*own, "hotswap/exec-5", Milliseconds(200));
    ADD_FAILURE() << "a process that does not run can't have ended";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_TRUE(error.recovery().retryable);
  }
  ASSERT_EQ(::kill(process, SIGCONT), 0);
  EXPECT_TRUE(eventually([&] { return watch.endSessions(*own, "hotswap/exec-5", std::chrono::seconds(20)) == 0; }));
}

}  // namespace
}  // namespace hotswap::db
