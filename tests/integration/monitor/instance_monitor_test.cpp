#include "monitor/instance_monitor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "application_load.h"
#include "support/eventually.h"

namespace hotswap::monitor {
namespace {

using support::eventually;
using support::PostgresCluster;
using support::sharedCluster;

constexpr const char* pointQuery = "select count(*) from orders where customer = 4711";
constexpr Seconds shortBaseline{3};

InstanceMonitor::Target targetOf(const PostgresCluster& cluster, const std::string& database) {
  return {.instance = "primary",
          .engine = &engine(),
          .connection = cluster.connection(database),
          .applicationName = "hotswap/monitor"};
}

/// A database with a table whose queries live on an index.
std::string makeShop(PostgresCluster& cluster) {
  std::string database = cluster.makeDatabase();
  cluster.psql(
      "create table orders as select g as id, g % 50000 as customer, repeat('x', 50) as note from generate_series(1, "
      "200000) g;"
      "create index orders_customer on orders (customer); vacuum analyze orders;",
      database);
  return database;
}

/// Snapshots as they come in.
class Received {
 public:
  InstanceMonitor::OnSnapshot handler() {
    return [this](const PerformanceSnapshot& snapshot) {
      const std::lock_guard lock(mutex_);
      snapshots_.push_back(snapshot);
    };
  }
  [[nodiscard]] std::vector<PerformanceSnapshot> all() const {
    const std::lock_guard lock(mutex_);
    return snapshots_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<PerformanceSnapshot> snapshots_;
};

class Monitoring : public ::testing::Test {
 protected:
  SystemClock clock;
  Received received;
};

TEST_F(Monitoring, KeepsSnapshotsOfWhatTheApplicationDoes) {
  const std::string database = makeShop(sharedCluster());
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, received.handler());
  EXPECT_FALSE(monitor.newest());
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 2, Milliseconds(10));
  ASSERT_TRUE(eventually([&] { return received.all().size() >= 2; }));
  const PerformanceSnapshot snapshot = received.all()[1];
  EXPECT_EQ(snapshot.instance, "primary");
  EXPECT_EQ(snapshot.latencySource, "pg_stat_statements");
  EXPECT_GT(snapshot.avgQueryLatencyMs.value(), 0);
  EXPECT_GT(snapshot.queriesPerSecond.value(), 1);
  EXPECT_GT(snapshot.p50QueryLatencyMs.value(), 0);
  EXPECT_GE(snapshot.p95QueryLatencyMs.value(), *snapshot.p50QueryLatencyMs);
  EXPECT_GE(snapshot.p99QueryLatencyMs.value(), *snapshot.p95QueryLatencyMs);
  EXPECT_TRUE(snapshot.cpuUsagePercent) << "the server runs here";
  EXPECT_TRUE(snapshot.deadlocks && snapshot.activeConnections && snapshot.sequentialScansPerSecond &&
              snapshot.diskIopsPerSecond);
  EXPECT_FALSE(snapshot.replicationLagSeconds) << "nobody follows";
  EXPECT_GE((received.all()[1].timestamp - received.all()[0].timestamp).count(), 4000);
  EXPECT_EQ(monitor.lastError(), "");
}

TEST_F(Monitoring, CountsNothing_WhenOnlyHotSwapIsThere) {
  const std::string database = sharedCluster().makeDatabase();
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, received.handler());
  monitor.captureBaseline(shortBaseline, {});
  const Baseline baseline = monitor.captureBaseline(shortBaseline, {});
  EXPECT_TRUE(baseline.queries.empty());
  EXPECT_FALSE(baseline.snapshot.avgQueryLatencyMs);
  EXPECT_TRUE(baseline.snapshot.p50QueryLatencyMs);
}

TEST_F(Monitoring, CapturesABaselineOfTheQueriesThatRan) {
  const std::string database = makeShop(sharedCluster());
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, nullptr);
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 2, Milliseconds(5));
  const Baseline baseline = monitor.captureBaseline(shortBaseline, {});
  EXPECT_EQ(baseline.instance, "primary");
  EXPECT_NEAR(baseline.window.count(), 3, 1.2);
  ASSERT_EQ(baseline.queries.size(), 1);
  const QueryBaseline& query = baseline.queries.begin()->second;
  EXPECT_GT(query.callsPerSecond, 5);
  EXPECT_GT(query.meanMs, 0);
  EXPECT_GT(query.deviationMs, 0);
  EXPECT_DOUBLE_EQ(query.share, 1);
}

TEST_F(Monitoring, FindsADroppedIndex_AndSaysSoOnce) {
  const std::string database = makeShop(sharedCluster());
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, nullptr);
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 2, Milliseconds(5));
  const Baseline baseline = monitor.captureBaseline(shortBaseline, {});
  std::atomic<int> calls{0};
  std::mutex mutex;
  std::string message;
  monitor.onBreach([&](const Breach& breach) {
    const std::lock_guard lock(mutex);
    message = breach.message;
    ++calls;
  });
  monitor.arm(baseline, {});
  ASSERT_FALSE(monitor.breach());
  sharedCluster().psql("drop index orders_customer", database);
  ASSERT_TRUE(eventually([&] { return monitor.breach().has_value(); }));
  const Breach breach = *monitor.breach();
  EXPECT_EQ(breach.kind, Breach::Kind::QueryLatency) << breach.message;
  EXPECT_GT(breach.value, breach.limit);
  EXPECT_GE(breach.heldFor, Seconds(5));
  ASSERT_TRUE(eventually([&] { return calls > 0; }));
  const auto snapshot = monitor.newest();
  ASSERT_TRUE(eventually([&] { return monitor.newest()->timestamp > snapshot->timestamp; })) << "watching goes on";
  EXPECT_EQ(calls, 1);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(message, monitor.breach()->message) << "the first one stays";
}

TEST_F(Monitoring, FindsADroppedIndexWithoutQueryCountersToo) {
  const std::string database = makeShop(sharedCluster());
  sharedCluster().psql("drop extension pg_stat_statements", database);
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, received.handler());
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 4, Milliseconds(1));
  const Baseline baseline = monitor.captureBaseline(Seconds(6), {});
  EXPECT_EQ(baseline.snapshot.latencySource, "pg_stat_activity");
  monitor.arm(baseline, {});
  sharedCluster().psql("drop index orders_customer", database);
  ASSERT_TRUE(eventually([&] { return monitor.breach().has_value(); }, std::chrono::seconds(60)));
  EXPECT_EQ(monitor.breach()->kind, Breach::Kind::AverageLatency);
}

TEST_F(Monitoring, FindsALockThatTheApplicationWaitsFor) {
  const std::string database = makeShop(sharedCluster());
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, nullptr);
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 2, Milliseconds(5));
  monitor.arm(monitor.captureBaseline(shortBaseline, {}), {.lockWait = Seconds(1)});
  const auto holder =
      engine().connect(sharedCluster().connection(database), "hotswap/exec-1", std::chrono::seconds(20));
  holder->begin();
  holder->execute("lock table orders in access exclusive mode");
  ASSERT_TRUE(eventually([&] { return monitor.breach().has_value(); }));
  EXPECT_EQ(monitor.breach()->kind, Breach::Kind::LockWait);
  holder->rollback();
}

TEST_F(Monitoring, FindsNothing_WhenTheChangeIsHarmless) {
  const std::string database = makeShop(sharedCluster());
  InstanceMonitor monitor(targetOf(sharedCluster(), database), clock, received.handler());
  const ApplicationLoad load(sharedCluster(), database, pointQuery, 2, Milliseconds(5));
  monitor.arm(monitor.captureBaseline(shortBaseline, {}), {});
  sharedCluster().psql("alter table orders add column extra text", database);
  const std::size_t before = received.all().size();
  ASSERT_TRUE(eventually([&] { return received.all().size() >= before + 3; }));
  EXPECT_FALSE(monitor.breach()) << monitor.breach()->message;
}

TEST_F(Monitoring, ComesBackByItself_WhenTheServerIsRestarted) {
  PostgresCluster cluster;
  const std::string database = makeShop(cluster);
  InstanceMonitor monitor(targetOf(cluster, database), clock, nullptr);
  monitor.captureBaseline(Seconds(1), {});
  cluster.stop();
  ASSERT_TRUE(eventually([&] { return !monitor.lastError().empty(); }));
  cluster.start();
  ASSERT_TRUE(eventually([&] { return monitor.lastError().empty(); }));
  EXPECT_NO_THROW(monitor.captureBaseline(Seconds(1), {}));
}

TEST_F(Monitoring, ComesBackByItself_AndInventsNoCalls_WhenTheServerWasKilled) {
  PostgresCluster cluster;
  const std::string database = makeShop(cluster);
  const ApplicationLoad load(cluster, database, pointQuery, 1, Milliseconds(20));
  InstanceMonitor monitor(targetOf(cluster, database), clock, received.handler());
  monitor.captureBaseline(Seconds(1), {});
  cluster.kill9();
  ASSERT_TRUE(eventually([&] { return !monitor.lastError().empty(); }));
  cluster.start();
  ASSERT_TRUE(eventually([&] { return monitor.lastError().empty(); }));
  const std::size_t before = received.all().size();
  ASSERT_TRUE(eventually([&] { return received.all().size() >= before + 2; }));
  for (const PerformanceSnapshot& snapshot : received.all()) {
    EXPECT_LE(snapshot.queriesPerSecond.value_or(0), 60) << "one client with pauses of 20 ms";
  }
}

TEST_F(Monitoring, CallsAnInstanceThatIsGoneABreach) {
  PostgresCluster cluster;
  InstanceMonitor monitor(targetOf(cluster, "postgres"), clock, received.handler());
  monitor.arm(monitor.captureBaseline(Seconds(1), {}), {});
  cluster.kill9();
  ASSERT_TRUE(eventually([&] { return monitor.breach().has_value(); }));
  EXPECT_EQ(monitor.breach()->kind, Breach::Kind::InstanceUnreachable);
  EXPECT_EQ(monitor.breach()->message.find(PostgresCluster::password), std::string::npos);
  ASSERT_TRUE(eventually([&] { return !received.all().empty() && !received.all().back().p50QueryLatencyMs; }))
      << "what can't be read is absent";
}

/// Stops every process of a server and lets them go on at the end.
class Frozen {
 public:
  explicit Frozen(std::vector<pid_t> processes) : processes_(std::move(processes)) { signal(SIGSTOP); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  ~Frozen() { signal(SIGCONT); }

 private:
  void signal(int number) const {
    for (const pid_t process : processes_) ::kill(process, number);
  }
  std::vector<pid_t> processes_;
};

TEST_F(Monitoring, CallsAnInstanceThatHangsABreach_AndEndsNevertheless) {
  PostgresCluster cluster;
  auto monitor = std::make_unique<InstanceMonitor>(targetOf(cluster, "postgres"), clock, nullptr);
  monitor->arm(monitor->captureBaseline(Seconds(1), {}), {});
  const auto session = engine().connect(cluster.connection(), "hotswap/test", std::chrono::seconds(20));
  const db::Rows rows = session->query("select pid from pg_stat_activity where application_name = 'hotswap/monitor'");
  ASSERT_EQ(rows.size(), 1);
  const Frozen frozen({static_cast<pid_t>(rows.integer(0, 0))});
  ASSERT_TRUE(eventually([&] { return monitor->breach().has_value(); }));
  EXPECT_EQ(monitor->breach()->kind, Breach::Kind::InstanceUnreachable);
  monitor.reset();
}

TEST_F(Monitoring, BeginsWithANewSession_WhenTheOldOneHangs) {
  PostgresCluster cluster;
  InstanceMonitor monitor(targetOf(cluster, "postgres"), clock, nullptr);
  monitor.captureBaseline(Seconds(1), {});
  const auto session = engine().connect(cluster.connection(), "hotswap/test", std::chrono::seconds(20));
  const db::Rows rows = session->query("select pid from pg_stat_activity where application_name = 'hotswap/monitor'");
  ASSERT_EQ(rows.size(), 1);
  const Frozen frozen({static_cast<pid_t>(rows.integer(0, 0))});
  ASSERT_TRUE(eventually([&] { return !monitor.lastError().empty(); }));
  EXPECT_TRUE(eventually([&] { return monitor.lastError().empty(); })) << monitor.lastError();
}

TEST_F(Monitoring, CannotMeasureABaseline_WhenThereIsNoServer) {
  InstanceMonitor::Target target{
      .instance = "replica-1",
      .engine = &engine(),
      .connection = ConnectionString::parse("host=127.0.0.1 port=" + std::to_string(support::freePort()) +
                                            " user=nobody password=secret-nobody"),
      .applicationName = "hotswap/monitor"};
  InstanceMonitor monitor(std::move(target), clock, nullptr);
  try {
    monitor.captureBaseline(Seconds(2), {});
    FAIL() << "there is nothing to measure";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_TRUE(error.recovery().retryable);
    EXPECT_NE(std::string(error.what()).find("replica-1"), std::string::npos);
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
}

TEST_F(Monitoring, BreaksMeasuringOff_WhenAskedToStop) {
  InstanceMonitor monitor(targetOf(sharedCluster(), sharedCluster().makeDatabase()), clock, nullptr);
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  try {
    monitor.captureBaseline(Seconds(3600), stop.get_token());
    FAIL() << "an hour can't have passed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
}

TEST_F(Monitoring, MeasuresTwoBaselinesAtOnce) {
  InstanceMonitor monitor(targetOf(sharedCluster(), sharedCluster().makeDatabase()), clock, nullptr);
  Baseline first;
  {
    const std::jthread other([&] { first = monitor.captureBaseline(Seconds(1), {}); });
    EXPECT_GE(monitor.captureBaseline(Seconds(2), {}).window, Seconds(1.7));
  }
  EXPECT_LE(first.window, Seconds(1.9));
}

TEST_F(Monitoring, GoesOnWatching_WhenAHandlerThrows) {
  std::atomic<int> calls{0};
  InstanceMonitor monitor(targetOf(sharedCluster(), sharedCluster().makeDatabase()), clock,
                          [&](const PerformanceSnapshot&) {
                            ++calls;
                            throw std::runtime_error("the store is full");
                          });
  ASSERT_TRUE(eventually([&] { return calls >= 2; }));
  EXPECT_NE(monitor.lastError().find("the store is full"), std::string::npos);
}

}  // namespace
}  // namespace hotswap::monitor
