// What a run does with its statements besides waiting for locks: stops, limits, log, notices, progress, rows.
#include <gtest/gtest.h>

#include <algorithm>

#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

}  // namespace

TEST(Run, StopsOnTheServerAtOnce) {
  Stage stage;
  stage.sql("create table t (id int)");
  Running running(stage, "alter table t add column a int; select pg_sleep(600)");
  ASSERT_NE(stage.pidRunning("pg_sleep"), 0);
  running.stop();
  const std::string failure = running.failure();
  EXPECT_NE(failure.find("stopped"), std::string::npos) << failure;
  EXPECT_EQ(stage.number(
                "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()"),
            0);
  EXPECT_EQ(stage.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'a'"), 0);
  EXPECT_EQ(stage.journal.steps().back().state, StepState::Failed);
  ASSERT_TRUE(running.recovery());
  EXPECT_TRUE(running.recovery()->outcomeKnown);
  EXPECT_FALSE(running.recovery()->changedAnything);
}

TEST(Run, KeepsWhatWasCommitted_WhenItIsStoppedLater) {
  Stage stage;
  stage.sql("create table t (id int)");
  Running running(stage, "alter table t add column a int; vacuum t; select pg_sleep(600)");
  ASSERT_NE(stage.pidRunning("pg_sleep"), 0);
  running.stop();
  running.failure();
  ASSERT_TRUE(running.recovery());
  EXPECT_TRUE(running.recovery()->changedAnything);
  EXPECT_EQ(stage.number("select count(a) from t"), 0);
  EXPECT_EQ(stage.journal.unitsDone(), 2U);
}

TEST(Run, SendsNothing_WhenItIsStoppedBeforeItBegins) {
  Stage stage;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_NE(stage.failureOf("create table t (id int)", stop.get_token()), "");
  EXPECT_TRUE(stage.journal.steps().empty());
  EXPECT_EQ(stage.value("select to_regclass('t') is null"), "t");
}

TEST(Run, StopsWhilePausing) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.settings.firstPause = stage.settings.longestPause = Milliseconds(600'000);
  OpenTransaction blocker(stage, "select * from t");
  Running running(stage, "alter table t add column a int");
  ASSERT_TRUE(eventually([&] { return stage.journal.says("tried again"); }));
  running.stop();
  EXPECT_NE(running.failure().find("stopped"), std::string::npos);
}

TEST(Run, AwaitsACommitThatHasBeenSent) {
  Stage stage;
  stage.sql("create table t (id int)");
  std::stop_source stop;
  // From here on the journal has the evidence; what is asked for now comes before the COMMIT and is heeded.
  stage.journal.onEvidence = [&](const std::string& /*evidence*/) { stop.request_stop(); };
  EXPECT_NE(stage.failureOf("alter table t add column a int; vacuum t", stop.get_token()).find("stopped"),
            std::string::npos);
  EXPECT_EQ(stage.journal.unitsDone(), 0U);
  EXPECT_EQ(stage.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'a'"), 0);
}

TEST(Run, UndoesTheUnit_WhenTheJournalFailsBeforeTheCommit) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.journal.onEvidence = [](const std::string& /*evidence*/) { throw std::runtime_error("the store is away"); };
  EXPECT_THROW(stage.run("alter table t add column a int"), std::runtime_error);
  EXPECT_EQ(stage.number("select count(*) from pg_attribute where attrelid = 't'::regclass and attname = 'a'"), 0);
  EXPECT_EQ(stage.ownSessions(), 0);
}

TEST(Run, SendsNoBuild_WhenTheJournalFailsBeforeIt) {
  Stage stage;
  stage.sql("create table t (id int)");
  stage.journal.onEvidence = [](const std::string& /*evidence*/) { throw std::runtime_error("the store is away"); };
  EXPECT_THROW(stage.run("create index concurrently i on t (id)"), std::runtime_error);
  EXPECT_EQ(stage.value("select to_regclass('i') is null"), "t");
}

TEST(Run, WritesEvidenceThatNamesItsTransaction) {
  Stage stage;
  stage.run("create table t (id int)");
  const auto steps = stage.journal.steps();
  ASSERT_EQ(steps.size(), 1U);
  ASSERT_EQ(steps[0].evidence.size(), 1U);
  EXPECT_EQ(engine().transactionOutcome(*stage.connect(), steps[0].evidence[0]), db::TransactionOutcome::Committed);
}

TEST(Run, OwnsItsLimits_WhateverTheDefaultsOfTheRole) {
  Stage stage;
  stage.sql(
      "create role hotswap_hurried login password 'hurried-pw'; alter role hotswap_hurried set statement_timeout = "
      "'150ms'; "
      "alter role hotswap_hurried set lock_timeout = '1ms'; alter role hotswap_hurried set "
      "idle_in_transaction_session_timeout = '1ms'; grant create, usage on schema public to hotswap_hurried");
  stage.target.connection = stage.direct.with("user", "hotswap_hurried").with("password", "hurried-pw");
  EXPECT_EQ(
      stage.failureOf("create table t as select current_setting('lock_timeout') as locks, "
                      "current_setting('idle_in_transaction_session_timeout') as idle; "
                      "insert into t select 'slow', pg_sleep(0.6)::text; create index concurrently i on t (locks)"),
      "")
      << stage.journal.text();
  EXPECT_EQ(stage.value("select locks || ' ' || idle from t where locks <> 'slow'"), "300ms 1min");
}

TEST(Run, StopsAStatementThatHoldsStrongLocksForTooLong) {
  Stage stage;
  stage.sql(
      "create table t (id int); insert into t values (1); create function slow(int) returns boolean language sql as "
      "'select pg_sleep(30) is not null'");
  stage.settings.strongStatementTimeout = Milliseconds(400);
  const std::string failure = stage.failureOf("alter table t add constraint c check (slow(id))");
  EXPECT_NE(failure.find("57014"), std::string::npos) << failure;
  EXPECT_EQ(stage.journal.countOf("tried again"), 0U);
}

TEST(Run, DoesNotBoundABackfillByTime) {
  Stage stage;
  stage.sql("create table t (id int); insert into t values (1)");
  stage.settings.strongStatementTimeout = Milliseconds(200);
  EXPECT_EQ(stage.failureOf("update t set id = 2 where (select pg_sleep(0.8)) is not null"), "")
      << stage.journal.text();
}

TEST(Run, LogsEachStatementWithTextDurationAndRows) {
  Stage stage;
  stage.sql("create table t (id int)");
  const RunResult result = stage.run("insert into t select generate_series(1, 10); update t set id = 0 where id > 7;");
  EXPECT_EQ(result.rowsAffected, 13);
  EXPECT_EQ(result.unitsRun, 1U);
  const auto entries = stage.journal.entries();
  const auto update =
      std::ranges::find_if(entries, [](const LogEntry& entry) { return entry.sqlStatement.starts_with("update"); });
  ASSERT_NE(update, entries.end());
  EXPECT_EQ(update->message, "statement 2 (line 1, column 46): UPDATE 3");
  EXPECT_EQ(update->rowsAffected, 3);
  EXPECT_TRUE(update->duration);
  EXPECT_EQ(update->instance, "primary");
  EXPECT_EQ(update->level, "info");
}

TEST(Run, DoesNotCountRowsOfAttemptsThatWereUndone) {
  Stage stage;
  stage.sql("create table t (id int); create table b (id int)");
  auto blocker = std::make_unique<OpenTransaction>(stage, "select * from b");
  std::jthread release([&] {
    eventually([&] { return stage.journal.says("tried again"); });
    blocker->end();
  });
  EXPECT_EQ(stage.run("insert into t values (1), (2); alter table b add column x int").rowsAffected, 2);
}

TEST(Run, LogsNotices) {
  Stage stage;
  stage.run("do $$ begin raise notice 'half of % done', 7; raise warning 'careful'; end $$");
  const auto entries = stage.journal.entries();
  const auto has = [&](const std::string& level, const std::string& part) {
    return std::ranges::any_of(entries, [&](const LogEntry& entry) {
      return entry.level == level && entry.message.find(part) != std::string::npos;
    });
  };
  EXPECT_TRUE(has("info", "half of 7 done")) << stage.journal.text();
  EXPECT_TRUE(has("warning", "careful")) << stage.journal.text();
}

TEST(Run, BearsAFloodOfNotices) {
  Stage stage;
  stage.run("do $$ begin for n in 1 .. 5000 loop raise notice 'row %', n; end loop; end $$");
  EXPECT_LT(stage.journal.entries().size(), 300U);
  EXPECT_TRUE(stage.journal.says("more notices")) << stage.journal.text();
}

TEST(Run, ReportsTheProgressOfABuild) {
  Stage stage;
  stage.sql("create table big as select n as id from generate_series(1, 1000000) n");
  stage.sql(
      "create function ground(n int) returns text language plpgsql immutable as "
      "$$ begin return md5(md5(md5(n::text))); end $$");
  stage.run("create index concurrently big_ground on big (ground(id))");
  const auto activities = stage.journal.activities();
  EXPECT_TRUE(std::ranges::any_of(activities, [](const std::string& activity) {
    return activity.starts_with("building index");
  })) << testing::PrintToString(activities);
}

TEST(Run, RunsAScriptOfManyStatements) {
  Stage stage;
  stage.sql("create table t (id int)");
  std::string script;
  for (int i = 0; i < 2000; ++i) script += "insert into t values (" + std::to_string(i) + ");\n";
  EXPECT_EQ(stage.run(script).rowsAffected, 2000);
  EXPECT_EQ(stage.number("select count(distinct id) from t"), 2000);
}

TEST(Run, LeavesNoSessionBehind) {
  Stage stage;
  stage.run("create table t (id int); create index concurrently i on t (id)");
  EXPECT_TRUE(eventually([&] { return stage.ownSessions() == 0; }));
}

}  // namespace hotswap::execution
