#include "db/vitals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "db/postgres/postgres_engine.h"
#include "support/eventually.h"
#include "support/postgres_cluster.h"

namespace hotswap::db {
namespace {

using support::eventually;
using support::PostgresCluster;
using support::sharedCluster;

const Engine& engine() {
  static const std::unique_ptr<Engine> postgres = postgres::makeEngine();
  return *postgres;
}

std::unique_ptr<Session> connect(const PostgresCluster& cluster, const std::string& database,
                                 const std::string& name = "shop") {
  return engine().connect(cluster.connection(database), name, std::chrono::seconds(20));
}

/// A session of HotSwap's with vitals over it.
struct Watcher {
  Watcher(const PostgresCluster& cluster, const std::string& database, bool hostIsLocal = true)
      : session(connect(cluster, database, "hotswap/monitor")), vitals(engine().vitals(*session, hostIsLocal)) {}
  std::unique_ptr<Session> session;
  std::unique_ptr<Vitals> vitals;
};

std::int64_t callsOf(const VitalsReading& reading) {
  std::int64_t calls = 0;
  for (const auto& [id, query] : reading.queries) calls += query.calls;
  return calls;
}

TEST(Vitals, ReadsSaneValues_UnderALittleLoad) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql("create table t as select g as a from generate_series(1, 1000) g; analyze t", database);
  Watcher watcher(sharedCluster(), database);
  auto application = connect(sharedCluster(), database);
  const VitalsReading before = watcher.vitals->read();
  for (int i = 0; i < 20; ++i) application->query("select count(*) from t where a > 5");
  const VitalsReading after = watcher.vitals->read();

  ASSERT_TRUE(after.hasQueryCounters);
  EXPECT_GT(after.at, before.at);
  const auto counted = std::ranges::find_if(after.queries, [](const auto& entry) { return entry.second.calls == 20; });
  ASSERT_NE(counted, after.queries.end());
  const QueryCounters& query = counted->second;
  EXPECT_GT(query.totalMs, 0);
  EXPECT_GE(query.sumSquares * 1.0001, query.totalMs * query.totalMs / 20)
      << "squares can't scatter less than not at all";
  EXPECT_DOUBLE_EQ(after.activeConnections.value(), 0);
  EXPECT_DOUBLE_EQ(after.longestLockWaitMs.value(), 0);
  EXPECT_TRUE(after.deadlocks && after.sequentialScans && after.diskOperations && after.transactions);
  EXPECT_FALSE(after.meanActive) << "only without query counters";
  EXPECT_FALSE(after.replicationLagSeconds) << "nobody follows";
  EXPECT_GE(after.cpuTotalSeconds.value(), before.cpuTotalSeconds.value());
  EXPECT_LE(after.cpuBusySeconds.value(), after.cpuTotalSeconds.value());
  EXPECT_EQ(watcher.vitals->role(), InstanceRole::Primary);
  EXPECT_FALSE(watcher.vitals->replicationLag());
  EXPECT_GT(watcher.vitals->probe().count(), 0);
}

TEST(Vitals, CountsSequentialScansAndTransactionsOfTheApplication) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql("create table t as select g as a from generate_series(1, 10) g", database);
  Watcher watcher(sharedCluster(), database);
  const VitalsReading before = watcher.vitals->read();
  {
    auto application = connect(sharedCluster(), database);
    for (int i = 0; i < 30; ++i) application->query("select * from t");
  }
  EXPECT_TRUE(eventually([&] {
    const VitalsReading after = watcher.vitals->read();
    return *after.sequentialScans >= *before.sequentialScans + 30 && *after.transactions >= *before.transactions + 30;
  }));
}

TEST(Vitals, HasNoProcessorTime_WhenTheServerIsElsewhere) {
  Watcher watcher(sharedCluster(), sharedCluster().makeDatabase(), false);
  EXPECT_FALSE(watcher.vitals->read().cpuTotalSeconds);
}

TEST(Vitals, LeavesOutItsOwnStatements) {
  const std::string database = sharedCluster().makeDatabase();
  Watcher watcher(sharedCluster(), database);
  for (int i = 0; i < 5; ++i) {
    watcher.vitals->read();
    watcher.vitals->probe();
    watcher.vitals->role();
  }
  const VitalsReading before = watcher.vitals->read();
  ASSERT_TRUE(before.hasQueryCounters);
  EXPECT_FALSE(before.ownQueryIds.empty());
  for (int i = 0; i < 5; ++i) {
    watcher.vitals->read();
    watcher.vitals->probe();
  }
  const VitalsReading after = watcher.vitals->read();
  EXPECT_EQ(callsOf(after), callsOf(before));
  for (const std::string& id : after.ownQueryIds) EXPECT_FALSE(after.queries.contains(id));
}

TEST(Vitals, LeavesOutWhatAnExecutionRuns) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql("create table t (a int)", database);
  Watcher watcher(sharedCluster(), database);
  watcher.vitals->read();
  const auto execution = connect(sharedCluster(), database, "hotswap/exec-1");
  execution->query("insert into t select g from generate_series(1, 1000) g where g <> 77");
  const VitalsReading seen = watcher.vitals->read();
  sharedCluster().psql("select pg_stat_statements_reset()", database);
  execution->query("insert into t select g from generate_series(1, 1000) g where g <> 78");
  const VitalsReading after = watcher.vitals->read();
  for (const auto& [id, query] : after.queries) EXPECT_FALSE(seen.ownQueryIds.contains(id));
  EXPECT_TRUE(after.running.empty());
}

TEST(Vitals, SeesWhatRunsOfTheApplicationOnly) {
  const std::string database = sharedCluster().makeDatabase();
  Watcher watcher(sharedCluster(), database);
  const auto run = [&](const std::string& name) {
    return std::jthread([session = std::shared_ptr<Session>(connect(sharedCluster(), database, name))] {
      session->query("select pg_sleep(1.5)");
    });
  };
  const auto own = run("hotswap/exec-2");
  const auto theirs = run("shop");
  EXPECT_TRUE(eventually([&] {
    const VitalsReading reading = watcher.vitals->read();
    return reading.running.size() == 1 && reading.running[0].elapsedMs > 300 && !reading.running[0].queryId.empty() &&
           !reading.running[0].waitingForLock && reading.activeConnections == 1.0;
  }));
}

TEST(Vitals, SeesTheLongestLockWait_OfTheApplicationOnly) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql("create table t (a int)", database);
  Watcher watcher(sharedCluster(), database);
  auto holder = connect(sharedCluster(), database);
  holder->begin();
  holder->execute("lock table t in access exclusive mode");
  auto own = connect(sharedCluster(), database, "hotswap/exec-3");
  auto ownCancel = own->canceller();
  std::jthread ownWait([&] { EXPECT_THROW(own->query("select * from t"), SqlError); });
  ASSERT_TRUE(eventually([&] {
    return holder->query("select count(*) from pg_locks where not granted and relation = 't'::regclass")
               .integer(0, 0) == 1;
  }));
  EXPECT_DOUBLE_EQ(watcher.vitals->read().longestLockWaitMs.value(), 0)
      << "HotSwap's own waits are no harm to the application";
  {
    auto theirs = connect(sharedCluster(), database);
    std::jthread wait([&] { theirs->query("select * from t"); });
    EXPECT_TRUE(eventually([&] {
      const VitalsReading reading = watcher.vitals->read();
      return reading.longestLockWaitMs.value() > 200 && reading.running.size() == 1 &&
             reading.running[0].waitingForLock;
    }));
    EXPECT_TRUE(ownCancel->cancel());
    holder->rollback();
  }
}

TEST(Vitals, DoesNotCountAdvisoryLocksAsLockWaits) {
  const std::string database = sharedCluster().makeDatabase();
  Watcher watcher(sharedCluster(), database);
  auto holder = connect(sharedCluster(), database);
  holder->query("select pg_advisory_lock(7)");
  auto waiter = connect(sharedCluster(), database);
  std::jthread wait([&] { waiter->query("select pg_advisory_lock(7)"); });
  ASSERT_TRUE(eventually([&] {
    const VitalsReading reading = watcher.vitals->read();
    return reading.running.size() == 1 && reading.running[0].waitingForLock;
  }));
  EXPECT_DOUBLE_EQ(watcher.vitals->read().longestLockWaitMs.value(), 0);
  holder->query("select pg_advisory_unlock(7)");
}

TEST(Vitals, SamplesActivityInstead_WhenTheExtensionIsMissing) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql("drop extension pg_stat_statements", database);
  Watcher watcher(sharedCluster(), database);
  auto application = connect(sharedCluster(), database);
  std::jthread busy([&] { application->query("select pg_sleep(1)"); });
  ASSERT_TRUE(eventually([&] { return watcher.vitals->read().activeConnections == 1.0; }));
  for (int i = 0; i < 4; ++i) EXPECT_GT(watcher.vitals->probe().count(), 0);
  const VitalsReading reading = watcher.vitals->read();
  EXPECT_FALSE(reading.hasQueryCounters);
  EXPECT_TRUE(reading.queries.empty());
  EXPECT_EQ(reading.activeLooks, 5);
  EXPECT_DOUBLE_EQ(reading.meanActive.value(), 1);
}

TEST(Vitals, FindsTheExtensionInWhateverSchemaItIs) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql(R"(create schema "Odd schema"; alter extension pg_stat_statements set schema "Odd schema")",
                       database);
  Watcher watcher(sharedCluster(), database);
  EXPECT_TRUE(watcher.vitals->read().hasQueryCounters);
}

TEST(Vitals, GoesOn_WhenTheExtensionIsDroppedInBetween) {
  const std::string database = sharedCluster().makeDatabase();
  Watcher watcher(sharedCluster(), database);
  ASSERT_TRUE(watcher.vitals->read().hasQueryCounters);
  sharedCluster().psql("drop extension pg_stat_statements", database);
  const VitalsReading reading = watcher.vitals->read();
  EXPECT_FALSE(reading.hasQueryCounters);
  EXPECT_TRUE(reading.queries.empty());
  EXPECT_TRUE(reading.activeConnections);
}

TEST(Vitals, GoesOn_WhenAPoolerHandsOutAnotherServerSession) {
  Watcher watcher(sharedCluster(), sharedCluster().makeDatabase());
  watcher.vitals->read();
  watcher.session->execute("deallocate all");  // what it prepared is not there any more
  for (int i = 0; i < 2; ++i) {
    const VitalsReading reading = watcher.vitals->read();
    EXPECT_TRUE(reading.hasQueryCounters);
    EXPECT_TRUE(reading.activeConnections);
  }
}

TEST(Vitals, GoesOn_WhenTheExtensionIsNotPreloaded) {
  PostgresCluster cluster({.settings = {{"shared_preload_libraries", ""}}});
  const std::string database = cluster.makeDatabase();
  Watcher watcher(cluster, database);
  const VitalsReading reading = watcher.vitals->read();
  EXPECT_FALSE(reading.hasQueryCounters);
  EXPECT_TRUE(reading.meanActive);
}

TEST(Vitals, SaysNothingAboutSessions_WhenItMayNotSeeThem) {
  const std::string database = sharedCluster().makeDatabase();
  sharedCluster().psql(
      "do $$ begin create role onlooker login password 'secret-onlooker'; exception when duplicate_object then end $$");
  auto application = connect(sharedCluster(), database);
  application->query("select 1 + 1");
  const auto session = engine().connect(
      sharedCluster().connection(database).with("user", "onlooker").with("password", "secret-onlooker"),
      "hotswap/monitor", std::chrono::seconds(20));
  const auto vitals = engine().vitals(*session, false);
  const VitalsReading reading = vitals->read();
  EXPECT_FALSE(reading.activeConnections);
  EXPECT_FALSE(reading.longestLockWaitMs);
  EXPECT_TRUE(reading.hasQueryCounters);
  EXPECT_TRUE(std::ranges::any_of(reading.queries, [](const auto& entry) { return entry.first.starts_with("role "); }))
      << "other roles' queries are one sum";
}

TEST(Vitals, ReadsOnlyThisDatabasesQueries) {
  const std::string here = sharedCluster().makeDatabase();
  const std::string elsewhere = sharedCluster().makeDatabase();
  Watcher watcher(sharedCluster(), here);
  for (int i = 0; i < 4; ++i) watcher.vitals->read();
  const VitalsReading before = watcher.vitals->read();
  connect(sharedCluster(), elsewhere)->query("select count(*) from pg_class where relname = 'elsewhere'");
  EXPECT_EQ(callsOf(watcher.vitals->read()), callsOf(before));
}

TEST(Vitals, ThrowsALostConnection_WhenTheServerDies) {
  PostgresCluster cluster;
  Watcher watcher(cluster, "postgres");
  watcher.vitals->read();
  cluster.kill9();
  std::optional<Recovery> recovery;
  ASSERT_TRUE(eventually([&] {  // a process of the server lives on for a moment
    try {
      watcher.vitals->read();
    } catch (const SqlError& error) {
      recovery = error.recovery();
    }
    return recovery.has_value();
  }));
  EXPECT_FALSE(recovery->connectionUsable);
}

}  // namespace
}  // namespace hotswap::db
