#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "application_load.h"
#include "monitor/instance_monitor.h"
#include "support/eventually.h"
#include "support/secrets.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::monitor {
namespace {

using db::InstanceRole;
using support::eventually;
using support::PostgresCluster;

/// A physical standby that streams from `primary`.
class Standby {
 public:
  explicit Standby(const PostgresCluster& primary) {
    support::giveToServerUser(folder_.path());
    const std::string data = folder_.path() / "data";
    const support::Finished copied =
        support::runProgram({PostgresCluster::programs() / "pg_basebackup", "-D", data, "-R", "-X", "stream", "-c",
                             "fast", "--no-sync", "-d", primary.uri()},
                            {}, true);
    support::expectSecretIn(folder_.path() / "data" / "postgresql.auto.conf");  // how it reaches its primary
    if (copied.status != 0) throw std::runtime_error("pg_basebackup: " + copied.output);
    std::ofstream(folder_.path() / "data" / "postgresql.conf", std::ios::app)
        << "unix_socket_directories = '" << folder_.path().string() << "'\nwal_receiver_status_interval = 1\n";
    process_ = std::make_unique<support::ServerProcess>(support::ServerProcess::Options{
        .command = {PostgresCluster::programs() / "postgres", "-D", data, "-p", std::to_string(port_)},
        .environment = {},
        .output = folder_.path() / "server.log",
        .asServerUser = true,
        .deathSignal = 3});
  }
  [[nodiscard]] std::unique_ptr<db::Session> connect() const {
    std::unique_ptr<db::Session> session;
    const ConnectionString target = ConnectionString::parse("host=127.0.0.1 dbname=postgres user=postgres")
                                        .with("port", std::to_string(port_))
                                        .with("password", PostgresCluster::password);
    eventually([&] {
      try {
        session = engine().connect(target, "hotswap/monitor", std::chrono::seconds(5));
      } catch (const db::SqlError&) {
        return false;
      }
      return true;
    });
    if (!session) throw std::runtime_error("the standby did not start");
    return session;
  }

 private:
  support::TemporaryFolder folder_;
  int port_ = support::freePort();
  std::unique_ptr<support::ServerProcess> process_;
};

class Replication : public ::testing::Test {
 protected:
  PostgresCluster primary;
  Standby standby{primary};
  std::unique_ptr<db::Session> onPrimary =
      engine().connect(primary.connection(), "hotswap/monitor", std::chrono::seconds(20));
  std::unique_ptr<db::Session> onStandby = standby.connect();
  std::unique_ptr<db::Vitals> primaryVitals = engine().vitals(*onPrimary, true);
  std::unique_ptr<db::Vitals> standbyVitals = engine().vitals(*onStandby, true);
};

TEST_F(Replication, ReadsAStandbyLikeAPrimary) {
  primary.psql("create extension pg_stat_statements");
  EXPECT_TRUE(eventually([&] {
    return onStandby->query("select count(*) from pg_extension where extname = 'pg_stat_statements'").integer(0, 0) ==
           1;
  }));
  const db::VitalsReading reading = standbyVitals->read();
  EXPECT_TRUE(reading.hasQueryCounters);
  EXPECT_TRUE(reading.activeConnections && reading.longestLockWaitMs && reading.diskOperations);
  EXPECT_EQ(standbyVitals->role(), InstanceRole::Standby);
  EXPECT_EQ(primaryVitals->role(), InstanceRole::Primary);
}

TEST_F(Replication, IsNotBehind_WhenAllIsReplayedAndNothingHappens) {
  primary.psql("create table t (a int)");
  EXPECT_TRUE(eventually([&] { return standbyVitals->replicationLag() == 0.0; }));
  EXPECT_TRUE(eventually([&] { return primaryVitals->replicationLag() == 0.0; }));
}

TEST_F(Replication, FallsBehindOnBothSides_WhileReplayIsPaused) {
  primary.psql("create table t (a int)");
  ASSERT_TRUE(eventually([&] { return standbyVitals->replicationLag() == 0.0; }));
  onStandby->execute("select pg_wal_replay_pause()");
  primary.psql("insert into t values (1)");
  EXPECT_TRUE(eventually([&] { return standbyVitals->read().replicationLagSeconds.value_or(0) > 1.5; }));
  EXPECT_TRUE(eventually([&] { return primaryVitals->read().replicationLagSeconds.value_or(0) > 1.5; }));
  onStandby->execute("select pg_wal_replay_resume()");
  EXPECT_TRUE(eventually([&] { return standbyVitals->replicationLag() == 0.0; }));
  EXPECT_TRUE(eventually([&] { return primaryVitals->replicationLag() == 0.0; }));
}

TEST_F(Replication, CountsFromTheStandbysStart_WhileItHasReplayedNoTransactionYet) {
  onStandby->execute("select pg_wal_replay_pause()");
  ASSERT_TRUE(
      eventually([&] { return onStandby->query("select pg_get_wal_replay_pause_state()").text(0, 0) == "paused"; }));
  ASSERT_FALSE(onStandby->query("select pg_last_xact_replay_timestamp()").at(0, 0).has_value());
  primary.psql("create table t (a int)");
  EXPECT_TRUE(eventually([&] { return standbyVitals->replicationLag().value_or(0) > 1.5; }));
}

TEST_F(Replication, CountsAStandbyThatIsCutOffAsBehind) {
  primary.psql("create table t (a int)");
  ASSERT_TRUE(eventually([&] { return standbyVitals->replicationLag() == 0.0; }));
  primary.stop();
  EXPECT_TRUE(eventually([&] { return standbyVitals->replicationLag().value_or(0) > 1.5; }))
      << "it has replayed all that it received, but can't know what it misses";
}

}  // namespace
}  // namespace hotswap::monitor
