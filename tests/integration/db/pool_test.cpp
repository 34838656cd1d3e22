#include "db/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "integration/db/postgres_connections.h"
#include "support/eventually.h"
#include "support/manual_clock.h"

namespace hotswap::db::postgres {
namespace {

using support::eventually;
using support::PostgresCluster;
using support::sharedCluster;

constexpr Milliseconds patience = std::chrono::seconds(60);

TEST(PostgresPool, ServesFiftyThreadsOverFiveSessions) {
  const SystemClock clock;
  Pool pool(engine(), sharedCluster().connection(), "hotswap/pool-of-five", {.least = 2, .most = 5}, clock);
  const auto watch = connectTo(sharedCluster().connection());
  std::atomic<int> served{0};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        const auto lease = pool.take(patience);
        const std::vector<Value> parameters{std::to_string(i * 1000 + round)};
        if (lease->query("select $1::int", parameters).integer(0, 0) != i * 1000 + round) ++wrong;
        ++served;
      }
    });
  }
  std::int64_t most = 0;
  while (served < 500) {
    most = std::max(
        most, watch->query("select count(*) from pg_stat_activity where application_name = 'hotswap/pool-of-five'")
                  .integer(0, 0));
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(most, 5);
  EXPECT_LE(pool.open(), 5U);
}

TEST(PostgresPool, LetsNoSettingPassToTheNextBorrower) {
  const SystemClock clock;
  Pool pool(engine(), sharedCluster().connection(), "hotswap/test", {.least = 1, .most = 1}, clock);
  std::int64_t backend = 0;
  {
    const auto lease = pool.take(patience);
    backend = lease->backendId();
    engine().setLimits(*lease, {.lock = Milliseconds(1), .statement = std::chrono::minutes(5)});
    lease->execute("set search_path = nowhere");
    lease->execute("create temp table mine ()");
  }
  const auto lease = pool.take(patience);
  EXPECT_EQ(lease->backendId(), backend);
  const Rows rows = lease->query(
      "select current_setting('lock_timeout'), current_setting('search_path'), to_regclass('pg_temp.mine')");
  EXPECT_EQ(rows.text(0, 0), "0");
  EXPECT_EQ(rows.text(0, 1), "\"$user\", public");
  EXPECT_EQ(rows.at(0, 2), std::nullopt);
}

TEST(PostgresPool, RollsBackWhatABorrowerLeftOpen) {
  const SystemClock clock;
  const auto watch = connectTo(sharedCluster().connection());
  watch->execute("create table left_open (id int)");
  Pool pool(engine(), sharedCluster().connection(), "hotswap/test", {}, clock);
  {
    const auto lease = pool.take(patience);
    lease->begin();
    lease->execute("lock table left_open");
  }
  EXPECT_TRUE(eventually([&] {
    return watch->query("select count(*) from pg_locks where relation = 'left_open'::regclass").integer(0, 0) == 0;
  }));
  EXPECT_EQ(pool.open(), 0U);
  watch->execute("drop table left_open");
}

TEST(PostgresPool, GoesOnAfterARestartOfTheServer) {
  PostgresCluster cluster;
  const SystemClock clock;
  Pool pool(engine(), cluster.connection(), "hotswap/test", {.least = 2, .most = 4}, clock);
  {
    std::vector<Pool::Lease> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(pool.take(patience));
  }
  cluster.stop();
  EXPECT_THROW(static_cast<void>(pool.take(patience)), SqlError);
  EXPECT_EQ(pool.open(), 0U);
  cluster.start();
  std::vector<Pool::Lease> leases;
  for (int i = 0; i < 4; ++i) {
    leases.push_back(pool.take(patience));
    EXPECT_EQ(leases.back()->query("select 1").integer(0, 0), 1);
  }
}

TEST(PostgresPool, ReplacesSessionsThatDiedOnLoan) {
  PostgresCluster cluster;
  const SystemClock clock;
  Pool pool(engine(), cluster.connection(), "hotswap/test", {.least = 1, .most = 2}, clock);
  {
    const auto lease = pool.take(patience);
    cluster.kill9();
    EXPECT_TRUE(eventually([&] { return !lease->usable(); }));
    EXPECT_THROW(lease->query("select 1"), SqlError);
  }
  cluster.start();
  EXPECT_EQ(pool.take(patience)->query("select 1").integer(0, 0), 1);
}

TEST(PostgresPool, ClosesIdleSessionsOnTheServer) {
  support::ManualClock clock;
  const auto watch = connectTo(sharedCluster().connection());
  const auto onServer = [&] {
    return watch->query("select count(*) from pg_stat_activity where application_name = 'hotswap/idle'").integer(0, 0);
  };
  Pool pool(engine(), sharedCluster().connection(), "hotswap/idle", {.least = 1, .most = 6}, clock);
  {
    std::vector<Pool::Lease> leases;
    for (int i = 0; i < 6; ++i) leases.push_back(pool.take(patience));
    EXPECT_EQ(onServer(), 6);
  }
  clock.advance(std::chrono::seconds(61));
  static_cast<void>(pool.take(patience));
  EXPECT_TRUE(eventually([&] { return onServer() == 1; }));
}

}  // namespace
}  // namespace hotswap::db::postgres
