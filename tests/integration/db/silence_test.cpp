#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "db/postgres/backend_presence.h"
#include "db/postgres/postgres_session.h"
#include "integration/db/postgres_connections.h"
#include "support/eventually.h"
#include "support/tcp_gate.h"

namespace hotswap::db::postgres {
namespace {

using support::sharedCluster;
using support::TcpGate;
using Direction = TcpGate::Direction;
using Verdict = TcpGate::Verdict;
using testing::HasSubstr;

/// A session through a gate that keeps the line alive whatever it does with what is said over it.
class SilenceTest : public testing::Test {
 protected:
  /// From now on the gate keeps to itself what passes in that direction on the connection that says `word`.
  void swallowAfter(const std::string& word, Direction direction) {
    gate.judgeBy([this, word, direction](Direction going, std::string_view bytes) {
      if (going == Direction::ToServer && bytes.find(word) != std::string_view::npos) said = true;
      return said && going == direction && !swallowed.exchange(true) ? Verdict::Swallow : Verdict::Pass;
    });
  }

  std::atomic<bool> said{false};
  std::atomic<bool> swallowed{false};
  TcpGate gate{sharedCluster().port()};
  PostgresSession session{sharedCluster().connection().with("port", std::to_string(gate.port())), "hotswap/test",
                          std::chrono::seconds(20), std::chrono::milliseconds(200)};
};

TEST_F(SilenceTest, EndsTheWait_WhenTheAnswerIsLostOnALineThatStaysAlive) {
  session.execute("create temporary table seen (a int)");
  swallowAfter("insert into seen", Direction::ToClient);
  const SqlError error = errorOf([&] { session.execute("insert into seen values (1)"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_FALSE(error.recovery().outcomeKnown);
  EXPECT_THAT(error.what(), HasSubstr("its answer never came"));
  EXPECT_FALSE(session.usable());
}

TEST_F(SilenceTest, EndsTheWait_WhenTheStatementNeverReachesTheServer) {
  session.begin();
  swallowAfter("select 'never'", Direction::ToServer);
  const SqlError error = errorOf([&] { session.query("select 'never'"); });
  EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionLost);
  EXPECT_TRUE(error.recovery().outcomeKnown) << "an open transaction can't have been committed";
}

TEST_F(SilenceTest, EndsTheWait_WhenTheServersProcessIsGone) {
  swallowAfter("pg_sleep", Direction::ToClient);
  const std::jthread end([pid = std::to_string(session.backendId())] {
    EXPECT_TRUE(support::eventually([&] {
      return sharedCluster().psql("select pg_terminate_backend(pid) from pg_stat_activity where pid = " + pid +
                                  " and state = 'active'") == "t\n";
    }));
  });
  EXPECT_EQ(errorOf([&] { session.execute("select pg_sleep(600)"); }).kind(), SqlErrorKind::ConnectionLost);
}

TEST_F(SilenceTest, WaitsForAStatementThatRuns_HoweverLongItSaysNothing) {
  EXPECT_EQ(session.query("select pg_sleep(1.5)").size(), 1U);
  const int asked = gate.connections() - 1;
  EXPECT_GE(asked, 2) << "it was looked whether the statement runs";
}

TEST_F(SilenceTest, IsNotTakenForGone_WhereMomentsAreWrittenInAnotherWayByNow) {
  const Backend backend = backendOf(session, session.backendId()).value();
  const auto other = connectTo(sharedCluster().connection());
  other->execute("set timezone = 'Asia/Tokyo'");
  other->execute("set datestyle = 'SQL, DMY'");
  const std::jthread sleeper([this] { session.query("select pg_sleep(1)"); });
  EXPECT_TRUE(support::eventually([&] { return presenceOf(*other, backend) == Presence::Working; }));
}

TEST_F(SilenceTest, IsNotWatchedOver_WhereThePoolerDecidesWhoWorksForIt) {
  const auto other = connectTo(sharedCluster().connection());
  EXPECT_TRUE(backendOf(*other, other->backendId()));
  EXPECT_FALSE(backendOf(*other, other->backendId() + 1));
}

TEST_F(SilenceTest, CannotTell_WhereTheNextConnectionReachesAnotherServer) {
  const auto other = connectTo(sharedCluster().connection());
  Backend backend = backendOf(session, session.backendId()).value();
  EXPECT_EQ(presenceOf(*other, backend), Presence::Finished);
  backend.server = "10.0.0.7 5432 7000000000000000000";
  EXPECT_EQ(presenceOf(*other, backend), Presence::Unknown);
}

}  // namespace
}  // namespace hotswap::db::postgres
