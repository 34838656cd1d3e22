// Connections that are cut at the worst moment, servers that die: a unit is done once or not at all, and never twice.
#include <gtest/gtest.h>

#include <algorithm>

#include "fixture.h"
#include "support/eventually.h"
#include "support/tcp_gate.h"

namespace hotswap::execution {

namespace {

using support::eventually;
using support::TcpGate;
using Direction = TcpGate::Direction;
using Verdict = TcpGate::Verdict;

constexpr const char* ledgerScript = "insert into ledger values (1); alter table ledger add column note text";

bool holds(std::string_view bytes, std::string_view word) { return bytes.find(word) != std::string_view::npos; }

/// A stage whose runs go through a gate.
struct GatedStage {
  explicit GatedStage(const support::PostgresCluster& server = support::sharedCluster())
      : gate(server.port()), stage(&server == &support::sharedCluster() ? Stage() : Stage(server)) {
    stage.target.connection = stage.direct.with("port", std::to_string(gate.port()));
    stage.sql("create table ledger (id int)");
  }
  [[nodiscard]] std::int64_t booked() const { return stage.number("select count(*) from ledger"); }

  TcpGate gate;
  Stage stage;
};

/// Gives a verdict on the first piece that goes to the server with `word` in it, and lets all others pass.
TcpGate::Judge once(std::string word, Verdict verdict, int times = 1) {
  return [word = std::move(word), verdict, left = std::make_shared<std::atomic<int>>(times)](Direction direction,
                                                                                             std::string_view bytes) {
    return direction == Direction::ToServer && holds(bytes, word) && left->fetch_sub(1) > 0 ? verdict : Verdict::Pass;
  };
}

}  // namespace

TEST(LostConnection, RunsTheUnitOnce_WhenCommitNeverReachedTheServer) {
  GatedStage gated;
  gated.gate.judgeBy(once("COMMIT", Verdict::Cut));
  EXPECT_EQ(gated.stage.failureOf(ledgerScript), "") << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1);
  EXPECT_TRUE(gated.stage.journal.says("lost during COMMIT")) << gated.stage.journal.text();
  EXPECT_EQ(gated.stage.journal.steps().back().evidence.size(), 2U) << "it was committed by a second transaction";
}

TEST(LostConnection, RunsTheUnitOnce_WhenTheAnswerToCommitIsLost) {
  GatedStage gated;
  std::atomic<bool> committing{false};
  gated.gate.judgeBy([&](Direction direction, std::string_view bytes) {
    if (direction == Direction::ToServer && holds(bytes, "COMMIT")) committing = true;
    return direction == Direction::ToClient && committing.exchange(false) ? Verdict::Cut : Verdict::Pass;
  });
  EXPECT_EQ(gated.stage.failureOf(ledgerScript), "") << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1);
  EXPECT_TRUE(gated.stage.journal.says("had been committed before")) << gated.stage.journal.text();
  EXPECT_EQ(gated.stage.journal.steps().back().evidence.size(), 1U);
}

TEST(LostConnection, EndsTheTransactionThatTheServerStillHasOpen_AndRunsTheUnitOnce) {
  GatedStage gated;
  gated.gate.judgeBy(once("COMMIT", Verdict::CutServer));
  EXPECT_EQ(gated.stage.failureOf(ledgerScript), "") << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1);
}

TEST(LostConnection, SaysThatItDoesNotKnow_WhenTheServerStaysAwayAfterCommit) {
  GatedStage gated;
  gated.stage.settings.reconnectPatience = Milliseconds(1000);
  std::atomic<bool> committing{false};
  gated.gate.judgeBy([&](Direction direction, std::string_view bytes) {
    if (direction == Direction::ToServer && holds(bytes, "COMMIT")) {
      committing = true;
      gated.gate.refuse(true);
    }
    return direction == Direction::ToClient && committing ? Verdict::Cut : Verdict::Pass;
  });
  Running running(gated.stage, ledgerScript);
  EXPECT_NE(running.failure(), "");
  ASSERT_TRUE(running.recovery());
  EXPECT_FALSE(running.recovery()->outcomeKnown);
  EXPECT_EQ(gated.stage.journal.steps().back().state, StepState::Started) << "the step is left to be settled later";
  EXPECT_EQ(gated.booked(), 1);
}

TEST(LostConnection, TriesTheUnitAgain_WhenItIsCutInTheMiddle) {
  GatedStage gated;
  gated.gate.judgeBy(once("alter table", Verdict::Cut, 3));
  EXPECT_EQ(gated.stage.failureOf(ledgerScript), "") << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1);
  EXPECT_EQ(gated.stage.journal.countOf("trying again"), 3U);
}

TEST(LostConnection, GivesUpWithAKnownOutcome_WhenItIsCutAgainAndAgain) {
  GatedStage gated;
  gated.gate.judgeBy(once("alter table", Verdict::Cut, 100));
  Running running(gated.stage, ledgerScript);
  EXPECT_NE(running.failure(), "");
  ASSERT_TRUE(running.recovery());
  EXPECT_TRUE(running.recovery()->outcomeKnown);
  EXPECT_FALSE(running.recovery()->changedAnything);
  EXPECT_EQ(gated.booked(), 0);
  EXPECT_EQ(gated.stage.journal.steps().back().state, StepState::Failed);
}

TEST(LostConnection, EndsWhatTheLostSessionStillDoes_BeforeItTriesAgain) {
  GatedStage gated;
  gated.stage.settings.lockTimeout = Milliseconds(20'000);
  // The statement reaches the server and goes on there, holding its locks; the client is cut off.
  gated.gate.judgeBy(once("insert into ledger values (2)", Verdict::CutServer));
  EXPECT_EQ(gated.stage.failureOf("lock table ledger; insert into ledger values (2)"), "")
      << gated.stage.journal.text();
  EXPECT_TRUE(gated.stage.journal.says("left-over session(s) ended")) << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1);
}

TEST(LostConnection, RepeatsTheSettingsOfEarlierUnits) {
  GatedStage gated;
  gated.stage.sql("create schema app");
  gated.gate.judgeBy(once("late_table", Verdict::Cut));
  EXPECT_EQ(gated.stage.failureOf("set search_path = app, public; set work_mem = '1MB'; vacuum ledger; "
                                  "create table late_table as select current_setting('work_mem') as memory"),
            "")
      << gated.stage.journal.text();
  EXPECT_EQ(gated.stage.value("select memory from app.late_table"), "1MB");
}

TEST(LostConnection, RepeatsTheSettingsOfEarlierUnits_WhenARunBeginsInTheMiddle) {
  Stage stage;
  stage.sql("create schema app");
  stage.run("set search_path = app, public; vacuum; create table late (id int)", {}, 2);
  EXPECT_EQ(stage.value("select to_regclass('app.late') is not null"), "t");
}

TEST(LostConnection, BuildsAnIndexOnce_WhenTheAnswerIsLost) {
  GatedStage gated;
  std::atomic<bool> building{false};
  gated.gate.judgeBy([&](Direction direction, std::string_view bytes) {
    if (direction == Direction::ToServer && holds(bytes, "create index concurrently")) building = true;
    return direction == Direction::ToClient && building.exchange(false) ? Verdict::Cut : Verdict::Pass;
  });
  EXPECT_EQ(gated.stage.failureOf("create index concurrently once on ledger (id)"), "") << gated.stage.journal.text();
  EXPECT_TRUE(gated.stage.journal.says("had been done")) << gated.stage.journal.text();
  EXPECT_EQ(gated.stage.number("select count(*) from pg_index where indrelid = 'ledger'::regclass and indisvalid"), 1);
}

TEST(LostConnection, FinishesTheScript_WhenTheServerIsRestartedInTheMiddle) {
  support::PostgresCluster cluster;
  Stage stage(cluster);
  stage.sql("create table ledger (id int); create table t (id int)");
  stage.settings.lockTimeout = Milliseconds(20'000);
  auto blocker = std::make_unique<OpenTransaction>(stage, "select * from t");
  Running running(stage,
                  "insert into ledger values (1); vacuum ledger; insert into ledger values (2); "
                  "alter table t add column a int");
  ASSERT_NE(stage.pidRunning("alter table"), 0);
  cluster.kill9();
  blocker.reset();
  cluster.start();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_EQ(stage.number("select count(*) from ledger"), 2);
  EXPECT_EQ(stage.number("select count(a) from t"), 0);
}

TEST(LostConnection, DoesNotTakeANumberThatWasGivenOutTwiceForItsOwn_WhenTheServerDiesDuringCommit) {
  // With a log that is hardly ever written out by itself, the number of a transaction that dies with the server is free
  // again afterwards, and the next one that is committed gets it.
  support::PostgresCluster cluster({.settings = {{"wal_writer_delay", "10s"}, {"autovacuum", "off"}}});
  GatedStage gated(cluster);
  gated.stage.sql("create table other (id int)");
  std::atomic<bool> cut{false};
  gated.gate.judgeBy([&](Direction direction, std::string_view bytes) {
    if (direction != Direction::ToServer || !holds(bytes, "COMMIT") || cut) return Verdict::Pass;
    gated.gate.refuse(true);
    cut = true;
    return Verdict::CutServer;
  });
  Running running(gated.stage, "insert into ledger values (1)");
  ASSERT_TRUE(eventually([&] { return cut.load(); }));
  cluster.kill9();
  cluster.start();
  for (int i = 0; i < 20; ++i) gated.stage.sql("insert into other values (1)");
  gated.gate.refuse(false);
  EXPECT_EQ(running.failure(), "") << gated.stage.journal.text();
  EXPECT_EQ(gated.booked(), 1) << gated.stage.journal.text();
}

TEST(LostConnection, GoesOn_WhenOnlyTheWatchersSessionIsKilled) {
  Stage stage;
  stage.sql("create table t (id int)");
  Running running(stage, "alter table t add column a int; select pg_sleep(2)");
  const std::int64_t pid = stage.pidRunning("pg_sleep");
  ASSERT_TRUE(eventually([&] { return stage.ownSessions() >= 2; }));
  stage.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = '" +
            stage.target.applicationName + "' and pid <> " + std::to_string(pid));
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_EQ(stage.number("select count(a) from t"), 0);
}

TEST(LostConnection, FailsAtOnce_WhenThereIsNoServerToBeginWith) {
  GatedStage gated;
  gated.gate.refuse(true);
  Running running(gated.stage, ledgerScript);
  EXPECT_NE(running.failure(), "");
  ASSERT_TRUE(running.recovery());
  EXPECT_TRUE(running.recovery()->outcomeKnown);
  EXPECT_EQ(gated.booked(), 0);
}

TEST(LostConnection, IsSlowButRight_WhenTheNetworkIs) {
  GatedStage gated;
  gated.gate.delay(Milliseconds(20));
  EXPECT_EQ(gated.stage.failureOf(ledgerScript), "");
  EXPECT_EQ(gated.booked(), 1);
}

}  // namespace hotswap::execution
