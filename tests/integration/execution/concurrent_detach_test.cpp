// Partitions whose concurrent detach is stopped, killed or can't be undone: what is said of them is true.
#include <gtest/gtest.h>

#include "execution/unit_evidence.h"
#include "execution/unit_outcome.h"
#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

constexpr const char* detachScript = "alter table par detach partition p1 concurrently";

void makeTables(const Stage& stage, const std::string& check = "check (a is not null and a >= 0 and a < 10)") {
  stage.sql(
      "create table par (a int, b text) partition by range (a); "
      "create table p1 (a int, b text " +
      (check.empty() ? "" : ", " + check) +
      "); alter table par attach partition p1 for values from (0) to (10); "
      "create table p2 partition of par for values from (10) to (20); "
      "create index on par (b); insert into par select n, 'x' from generate_series(0, 19) n");
}

std::int64_t detachesPending(const Stage& stage) {
  return stage.number("select count(*) from pg_inherits where inhdetachpending");
}

/// A transaction that still sees the partition, and that a detach has to wait for.
class OldReader {
 public:
  explicit OldReader(const Stage& stage) : session_(stage.connect("reporting")) {
    session_->begin();
    session_->execute("set transaction isolation level repeatable read");
    session_->query("select * from par");
  }
  void end() { session_->rollback(); }

 private:
  std::unique_ptr<db::Session> session_;
};

void waitUntilHalfDetached(const Stage& stage) {
  ASSERT_TRUE(eventually([&] { return detachesPending(stage) == 1; })) << stage.journal.text();
}

/// Leaves the partition half detached, as a process that died would.
void detachByHalf(const Stage& stage) {
  OldReader reader(stage);
  const auto session = stage.connect("earlier");
  session->execute("set statement_timeout = '200ms'");
  EXPECT_THROW(session->execute(detachScript), db::SqlError);
  reader.end();
  ASSERT_EQ(detachesPending(stage), 1);
}

class HalfDetach : public testing::TestWithParam<const char*> {};

}  // namespace

TEST_P(HalfDetach, IsUndone_WhenItIsStopped) {
  Stage stage;
  makeTables(stage, GetParam());
  const auto before = stage.listing();
  OldReader reader(stage);
  Running running(stage, detachScript);
  waitUntilHalfDetached(stage);
  EXPECT_FALSE(db::differences(before, stage.listing()).empty());
  running.stop();
  EXPECT_NE(stage.pidRunning("finalize"), 0);
  reader.end();
  EXPECT_NE(running.failure().find("stopped"), std::string::npos);
  EXPECT_EQ(detachesPending(stage), 0) << stage.journal.text();
  EXPECT_EQ(stage.number("select count(*) from par"), 20);
  EXPECT_EQ(db::differences(before, stage.listing()), std::vector<std::string>{});
  EXPECT_TRUE(stage.journal.says("attached again")) << stage.journal.text();
  EXPECT_EQ(stage.journal.unitsDone(), 0U);
  EXPECT_TRUE(stage.undo(detachScript, "select 1", before).verified);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutACheckOfItsOwn, HalfDetach,
                         testing::Values("check (a is not null and a >= 0 and a < 10)", ""));

TEST(ConcurrentDetach, IsDoneAfterAll_WhenItsSessionIsKilledHalfWay) {
  Stage stage;
  makeTables(stage);
  OldReader reader(stage);
  Running running(stage, detachScript);
  waitUntilHalfDetached(stage);
  stage.sql("select pg_terminate_backend(" + std::to_string(stage.pidRunning("detach")) + ")");
  ASSERT_TRUE(eventually([&] { return stage.journal.says("the connection was lost"); }));
  reader.end();
  EXPECT_EQ(running.failure(), "") << stage.journal.text();
  EXPECT_EQ(detachesPending(stage), 0);
  EXPECT_EQ(stage.number("select count(*) from par"), 10);
  EXPECT_EQ(stage.journal.unitsDone(), 1U);
}

TEST(ConcurrentDetach, SaysWhatIsLeftToDo_AndIsNeverProvedUndone_WhileATransactionIsInItsWay) {
  Stage stage;
  makeTables(stage);
  stage.settings.cleanUpPatience = Milliseconds(300);
  const auto before = stage.listing();
  OldReader reader(stage);
  Running running(stage, detachScript);
  waitUntilHalfDetached(stage);
  running.stop();
  const std::string failure = running.failure();
  EXPECT_NE(failure.find(R"(alter table "public"."par" detach partition "public"."p1" finalize)"), std::string::npos)
      << failure;
  EXPECT_NE(failure.find(R"(attach partition "public"."p1" FOR VALUES FROM (0) TO (10))"), std::string::npos)
      << failure;
  const WayBackResult back = stage.undo(detachScript, "select 1", before);
  EXPECT_FALSE(back.verified);
  ASSERT_EQ(back.remaining.size(), 1U);
  EXPECT_NE(back.remaining.front().find("detach begun and not ended"), std::string::npos) << back.remaining.front();
  reader.end();
}

TEST(ConcurrentDetach, LeavesADetachFromBeforeAlone) {
  Stage stage;
  makeTables(stage);
  detachByHalf(stage);
  EXPECT_NE(stage.failureOf(detachScript).find("pending detach"), std::string::npos);
  EXPECT_EQ(detachesPending(stage), 1);
}

TEST(ConcurrentDetach, IsFoundOutByALaterProcess_AndUndoneWhereItWasHalfDone) {
  Stage stage;
  makeTables(stage);
  const auto before = stage.listing();
  const db::ParsedScript script = engine().script().parse(detachScript);
  const auto outcome = [&](const std::string& evidence) {
    return unitOutcome(engine(), *stage.connect("later"), script, db::planUnits(script.statements).at(0), evidence);
  };
  const std::string evidence = evidenceBefore(engine(), *stage.connect("earlier"), script.statements.at(0));
  EXPECT_EQ(outcome(evidence), UnitOutcome::NotDone);
  detachByHalf(stage);
  EXPECT_EQ(outcome(evidence), UnitOutcome::NotDone);
  EXPECT_EQ(stage.listing().fingerprint(), before.fingerprint());
  stage.sql(detachScript);
  EXPECT_EQ(outcome(evidence), UnitOutcome::Done);
}

TEST(ConcurrentDetach, FindsItsTablesByTheSearchPathOfTheScript) {
  Stage stage;
  makeTables(stage);
  stage.sql(
      "create schema other; create table other.par (a int) partition by list (a); "
      "create table other.p1 partition of other.par for values in (1)");
  const auto before = stage.listing();
  const auto reader = stage.connect("reporting");
  reader->begin();
  reader->execute("set transaction isolation level repeatable read");
  reader->query("select * from other.par");
  Running running(stage, "set search_path = other; " + std::string(detachScript));
  waitUntilHalfDetached(stage);
  running.stop();
  EXPECT_NE(stage.pidRunning("finalize"), 0);
  reader->rollback();
  running.failure();
  EXPECT_EQ(stage.listing().fingerprint(), before.fingerprint()) << stage.journal.text();
}

}  // namespace hotswap::execution
