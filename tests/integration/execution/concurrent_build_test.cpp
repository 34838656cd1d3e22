// Concurrent index builds that are stopped, killed, refused and raced: nothing invalid stays behind.
#include <gtest/gtest.h>

#include "execution/unit_evidence.h"
#include "execution/unit_outcome.h"
#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

constexpr const char* buildScript = "create index concurrently t_note on t (note)";

void makeTables(const Stage& stage) {
  stage.sql(
      "create table t (id int primary key, note text); insert into t select n, 'x' || n from generate_series(1, 1000) "
      "n; "
      "create table elsewhere (id int)");
}

/// A snapshot that a build has to wait for, though it has never touched the table.
class OldSnapshot {
 public:
  explicit OldSnapshot(const Stage& stage) : session_(stage.connect("reporting")) {
    session_->begin();
    session_->execute("set transaction isolation level repeatable read");
    session_->query("select * from elsewhere");
  }
  void end() { session_->rollback(); }
  [[nodiscard]] std::int64_t pid() const { return session_->backendId(); }

 private:
  std::unique_ptr<db::Session> session_;
};

bool exists(const Stage& stage, const std::string& relation) {
  return stage.value("select to_regclass('" + relation + "') is not null") == "t";
}

/// Waits until the build has made its index and waits for somebody; the pid of its session.
std::int64_t waitUntilBuildWaits(const Stage& stage, const std::string& part = "concurrently") {
  const std::int64_t pid = stage.pidRunning(part);
  EXPECT_TRUE(eventually([&] {
    return stage.number("select count(*) from pg_locks where not granted and pid = " + std::to_string(pid)) > 0;
  })) << stage.journal.text();
  return pid;
}

}  // namespace

TEST(ConcurrentBuild, LeavesNothingInvalid_WhenItIsStopped) {
  Stage stage;
  makeTables(stage);
  const auto before = stage.listing();
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  ASSERT_EQ(stage.invalidIndexes(), 1);
  running.stop();
  EXPECT_NE(running.failure().find("stopped"), std::string::npos);
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
  EXPECT_EQ(stage.listing().fingerprint(), before.fingerprint());
  snapshot.end();
}

TEST(ConcurrentBuild, WaitsForItsCleanUp_WhenAWriterIsInTheWay) {
  Stage stage;
  makeTables(stage);
  OpenTransaction writer(stage, "update t set note = 'mine' where id = 1 returning id");
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  running.stop();
  EXPECT_NE(stage.pidRunning("drop index"), 0);
  writer.end();
  EXPECT_NE(running.failure().find("stopped"), std::string::npos);
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
}

TEST(ConcurrentBuild, SaysWhatIsLeftToDo_WhenTheCleanUpCantHaveItsLock_AndTheWayBackDoesIt) {
  Stage stage;
  makeTables(stage);
  stage.settings.cleanUpPatience = Milliseconds(500);
  const auto before = stage.listing();
  OpenTransaction writer(stage, "update t set note = 'mine' where id = 1 returning id");
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  running.stop();
  const std::string failure = running.failure();
  EXPECT_NE(failure.find("The index public.t_note was left invalid"), std::string::npos) << failure;
  EXPECT_NE(failure.find("drop index concurrently if exists \"public\".\"t_note\""), std::string::npos) << failure;
  writer.end();
  const WayBackResult back = stage.undo(buildScript, std::nullopt, before);
  EXPECT_TRUE(back.verified) << back.error << testing::PrintToString(back.remaining);
  EXPECT_EQ(stage.invalidIndexes(), 0);
}

TEST(ConcurrentBuild, IsDoneAfterAll_WhenItsSessionIsKilled) {
  Stage stage;
  makeTables(stage);
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  const std::int64_t pid = waitUntilBuildWaits(stage);
  stage.sql("select pg_terminate_backend(" + std::to_string(pid) + ")");
  ASSERT_TRUE(eventually([&] { return stage.journal.says("the connection was lost"); }));
  snapshot.end();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_EQ(stage.invalidIndexes(), 0);
  EXPECT_TRUE(exists(stage, "t_note"));
}

TEST(ConcurrentBuild, FailsAndLeavesNothing_WhenItIsKilledAgainAndAgain) {
  Stage stage;
  makeTables(stage);
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  std::int64_t last = 0;
  for (int kill = 0; kill < 4; ++kill) {
    std::int64_t pid = last;
    ASSERT_TRUE(eventually([&] { return (pid = stage.pidRunning("create index concurrently")) != last; }));
    last = pid;
    stage.sql("select pg_terminate_backend(" + std::to_string(pid) + ")");
  }
  EXPECT_NE(running.failure(), "");
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
  EXPECT_FALSE(exists(stage, "t_note"));
  EXPECT_EQ(stage.journal.steps().back().state, StepState::Failed);
}

TEST(ConcurrentBuild, LeavesNothingInvalid_WhenSomebodyElseCancelsIt) {
  Stage stage;
  makeTables(stage);
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  const std::int64_t pid = waitUntilBuildWaits(stage);
  stage.sql("select pg_cancel_backend(" + std::to_string(pid) + ")");
  const std::string failure = running.failure();
  EXPECT_NE(failure.find("statement 1 (line 1, column 1) failed"), std::string::npos) << failure;
  EXPECT_NE(failure.find("57014"), std::string::npos) << failure;
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
}

TEST(ConcurrentBuild, LeavesNothingInvalid_WhenAnUnnamedOneIsStopped) {
  Stage stage;
  makeTables(stage);
  stage.sql("create index on t (note)");
  OldSnapshot snapshot(stage);
  Running running(stage, "create index concurrently on t (note)");
  waitUntilBuildWaits(stage);
  running.stop();
  running.failure();
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
  EXPECT_TRUE(exists(stage, "t_note_idx")) << "the index from before is gone";
}

TEST(ConcurrentBuild, LeavesTheSameNameInAnotherSchemaAlone) {
  Stage stage;
  makeTables(stage);
  stage.sql("create schema other; create table other.t (note text); create index t_note on other.t (note)");
  stage.sql("update pg_index set indisvalid = false where indexrelid = 'other.t_note'::regclass");
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  running.stop();
  running.failure();
  EXPECT_FALSE(exists(stage, "public.t_note"));
  EXPECT_TRUE(exists(stage, "other.t_note"));
}

TEST(ConcurrentBuild, LeavesAnIndexOfAnotherSchemaAlone_ThatFailedMeanwhile) {
  Stage stage;
  makeTables(stage);
  stage.sql("create schema other; create table other.t (note text)");
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  stage.sql("create index t_note on other.t (note)");
  stage.sql("update pg_index set indisvalid = false where indexrelid = 'other.t_note'::regclass");
  running.stop();
  running.failure();
  EXPECT_FALSE(exists(stage, "public.t_note"));
  EXPECT_TRUE(exists(stage, "other.t_note"));
  EXPECT_TRUE(stage.journal.says("had left the index public.t_note invalid; it was dropped")) << stage.journal.text();
}

TEST(ConcurrentBuild, NamesTheLongTransactionsItHasToWaitFor) {
  Stage stage;
  makeTables(stage);
  OldSnapshot snapshot(stage);
  const std::string old = "select count(*) from pg_stat_activity where pid = " + std::to_string(snapshot.pid()) +
                          " and clock_timestamp() - xact_start > interval '300 milliseconds'";
  ASSERT_TRUE(eventually([&] { return stage.number(old) == 1; }));
  Running running(stage, buildScript);
  EXPECT_TRUE(eventually([&] {
    return stage.journal.says("session " + std::to_string(snapshot.pid()) + " (reporting: select * from elsewhere)");
  })) << stage.journal.text();
  snapshot.end();
  EXPECT_EQ(running.failure(), "");
}

TEST(ConcurrentBuild, IsNotBoundByTheLockTimeout) {
  Stage stage;
  makeTables(stage);
  stage.settings.lockTimeout = Milliseconds(50);
  OldSnapshot snapshot(stage);
  Running running(stage, buildScript);
  const std::int64_t pid = waitUntilBuildWaits(stage);
  ASSERT_TRUE(eventually([&] {
    return stage.number("select count(*) from pg_stat_activity where pid = " + std::to_string(pid) +
                        " and clock_timestamp() - query_start > interval '500 milliseconds'") == 1;
  }));
  EXPECT_FALSE(running.ended());
  snapshot.end();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
}

TEST(ConcurrentBuild, NeverDeadlocksWithAnotherRunThatWaitsForTheTable) {
  Stage first;
  makeTables(first);
  Stage second;
  second.direct = second.target.connection = first.direct;
  second.target.applicationName = "hotswap/second";
  OldSnapshot snapshot(first);
  Running build(first, buildScript);
  waitUntilBuildWaits(first);
  // It holds a lock on the table when it comes to wait for the build, and the build will wait for that.
  Running alter(second, "update t set note = 'x' where id = 1; alter table t add column a int");
  ASSERT_TRUE(eventually([&] { return second.journal.says("tried again"); }));
  snapshot.end();
  EXPECT_EQ(build.failure(), "") << first.journal.text();
  EXPECT_EQ(alter.failure(), "") << second.journal.text();
  EXPECT_EQ(first.invalidIndexes(), 0);
  EXPECT_EQ(first.number("select count(a) from t"), 0);
}

TEST(ConcurrentBuild, TwoOfThemOnOneTableBothEnd) {
  Stage first;
  makeTables(first);
  Stage second;
  second.direct = second.target.connection = first.direct;
  second.target.applicationName = "hotswap/second";
  OldSnapshot snapshot(first);
  Running one(first, buildScript);
  waitUntilBuildWaits(first);
  Running other(second, "create index concurrently t_id on t (id)");
  waitUntilBuildWaits(second, "t_id");
  snapshot.end();
  EXPECT_EQ(one.failure(), "") << first.journal.text();
  EXPECT_EQ(other.failure(), "") << second.journal.text();
  EXPECT_EQ(first.invalidIndexes(), 0);
}

TEST(ConcurrentBuild, HasNoSessionInATransactionOrWaitingForAnAdvisoryLock) {
  Stage stage;
  makeTables(stage);
  OldSnapshot snapshot(stage);
  Running running(stage, "alter table t add column a int; " + std::string(buildScript));
  const std::int64_t pid = waitUntilBuildWaits(stage);
  EXPECT_EQ(
      stage.number("select count(*) from pg_stat_activity where application_name like 'hotswap%' and pid <> " +
                   std::to_string(pid) + " and datname = current_database() and state like 'idle in transaction%'"),
      0);
  EXPECT_EQ(stage.number("select count(*) from pg_locks where locktype = 'advisory'"), 0);
  snapshot.end();
  EXPECT_EQ(running.failure(), "");
}

TEST(ConcurrentBuild, IsDoneAfterAll_WhenTheServerDiesInTheMiddle) {
  support::PostgresCluster cluster;
  Stage stage(cluster);
  makeTables(stage);
  auto snapshot = std::make_unique<OldSnapshot>(stage);
  Running running(stage, buildScript);
  waitUntilBuildWaits(stage);
  cluster.kill9();
  snapshot.reset();
  cluster.start();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_EQ(stage.invalidIndexes(), 0);
  EXPECT_TRUE(exists(stage, "t_note"));
}

TEST(ConcurrentDrop, IsFinished_WhenItIsStoppedHalfWay) {
  Stage stage;
  makeTables(stage);
  stage.sql("create index t_note on t (note)");
  OpenTransaction reader(stage, "select * from t");
  Running running(stage, "drop index concurrently t_note");
  ASSERT_TRUE(eventually([&] { return stage.invalidIndexes() == 1; }));
  running.stop();
  ASSERT_NE(stage.pidRunning("drop index concurrently if exists"), 0);
  reader.end();
  running.failure();
  EXPECT_FALSE(exists(stage, "t_note"));
  EXPECT_EQ(stage.journal.unitsDone(), 1U) << stage.journal.text();
}

TEST(ConcurrentReindex, LeavesNothingBehind_WhenItIsStopped) {
  Stage stage;
  makeTables(stage);
  const auto before = stage.listing();
  OldSnapshot snapshot(stage);
  Running running(stage, "reindex table concurrently t");
  waitUntilBuildWaits(stage);
  running.stop();
  running.failure();
  EXPECT_EQ(stage.invalidIndexes(), 0) << stage.journal.text();
  EXPECT_EQ(stage.listing().fingerprint(), before.fingerprint());
}

// What a later process finds out about a unit that an earlier one had begun.

namespace {

UnitOutcome outcomeOf(const Stage& stage, const std::string& script, const std::string& evidence) {
  const db::ParsedScript parsed = engine().script().parse(script);
  return unitOutcome(engine(), *stage.connect("later"), parsed, db::planUnits(parsed.statements).at(0), evidence);
}

std::string evidenceOf(const Stage& stage, const std::string& script) {
  return evidenceBefore(engine(), *stage.connect("earlier"), engine().script().parse(script).statements.at(0));
}

}  // namespace

TEST(UnitOutcome, IsNotDone_WhenThereIsNoEvidence) {
  Stage stage;
  makeTables(stage);
  EXPECT_EQ(outcomeOf(stage, buildScript, ""), UnitOutcome::NotDone);
  EXPECT_EQ(outcomeOf(stage, "alter table t add column a int", ""), UnitOutcome::NotDone);
}

TEST(UnitOutcome, IsDone_WhenTheBuildWasFinished) {
  Stage stage;
  makeTables(stage);
  const std::string evidence = evidenceOf(stage, buildScript);
  EXPECT_EQ(outcomeOf(stage, buildScript, evidence), UnitOutcome::NotDone);
  stage.sql(buildScript);
  EXPECT_EQ(outcomeOf(stage, buildScript, evidence), UnitOutcome::Done);
}

TEST(UnitOutcome, ClearsAwayWhatABuildLeft_WhenItsProcessDied) {
  Stage stage;
  makeTables(stage);
  const std::string evidence = evidenceOf(stage, buildScript);
  stage.sql("create index t_note on t (note)");
  stage.sql("update pg_index set indisvalid = false where indexrelid = 't_note'::regclass");
  EXPECT_EQ(outcomeOf(stage, buildScript, evidence), UnitOutcome::NotDone);
  EXPECT_FALSE(exists(stage, "t_note"));
}

TEST(UnitOutcome, LeavesAnIndexFromBeforeAlone) {
  Stage stage;
  makeTables(stage);
  stage.sql("create index t_note on t (note)");
  const std::string script = "create index concurrently if not exists t_note on t (note)";
  const std::string evidence = evidenceOf(stage, script);
  EXPECT_EQ(outcomeOf(stage, script, evidence), UnitOutcome::Done);
  EXPECT_EQ(outcomeOf(stage, buildScript, evidenceOf(stage, buildScript)), UnitOutcome::NotDone);
  EXPECT_TRUE(exists(stage, "t_note"));
}

TEST(UnitOutcome, FinishesADropThatWasBegun) {
  Stage stage;
  makeTables(stage);
  stage.sql("create index t_note on t (note)");
  const std::string script = "drop index concurrently t_note";
  const std::string evidence = evidenceOf(stage, script);
  EXPECT_EQ(outcomeOf(stage, script, evidence), UnitOutcome::NotDone);
  stage.sql("update pg_index set indisvalid = false where indexrelid = 't_note'::regclass");
  EXPECT_EQ(outcomeOf(stage, script, evidence), UnitOutcome::Done);
  EXPECT_FALSE(exists(stage, "t_note"));
}

TEST(UnitOutcome, ReadsATransactionsFateFromItsId) {
  Stage stage;
  makeTables(stage);
  const std::string script = "alter table t add column a int";
  const auto session = stage.connect();
  session->begin();
  const std::string committed = session->transactionId();
  EXPECT_EQ(outcomeOf(stage, script, committed), UnitOutcome::Unknown) << "it is still under way";
  session->commit();
  session->begin();
  const std::string undone = session->transactionId();
  session->rollback();
  EXPECT_EQ(outcomeOf(stage, script, committed), UnitOutcome::Done);
  EXPECT_EQ(outcomeOf(stage, script, undone), UnitOutcome::NotDone);
  EXPECT_EQ(outcomeOf(stage, script, "not a number"), UnitOutcome::Unknown);
}

TEST(UnitOutcome, ReadsOtherStatementsThatRunAloneFromTheirObjects) {
  Stage stage;
  const std::string script = "create subscription s connection 'dbname=none' publication p";
  EXPECT_EQ(outcomeOf(stage, "vacuum", evidenceOf(stage, "vacuum")), UnitOutcome::Unknown);
  EXPECT_EQ(outcomeOf(stage, script, evidenceOf(stage, script)), UnitOutcome::Unknown);
}

}  // namespace hotswap::execution
