// What `up` does on each engine: order, history, failures, repeatable migrations, what it refuses.
#include "versioned/up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "execution/run_errors.h"
#include "project.h"

namespace hotswap::versioned {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Up : public testing::TestWithParam<DatabaseType>, public Project {
 protected:
  Up() : Project(GetParam()) {}

  void writeThree() const {
    write("0001_users.up.sql", "create table users (id int primary key);");
    write("0002_email.up.sql", "alter table users add column email text;\ninsert into users values (1, 'a');");
    write("0010_orders.up.sql", "create table orders (id int primary key);");
  }
  std::string messageOf(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      std::string text = error.what();
      for (const ErrorDetail& detail : error.details()) text += "\n" + detail.field + ": " + detail.message;
      return text;
    }
    return "nothing was thrown";
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Up, testing::Values(DatabaseType::PostgreSQL, DatabaseType::SQLite), engineName);

TEST_P(Up, AppliesEverythingInOrder_AndWritesWhatItDid) {
  writeThree();
  const Report report = up();
  EXPECT_FALSE(report.failure);
  ASSERT_EQ(report.done.size(), 3U);
  EXPECT_EQ(report.done[2].migration.version->text(), "0010");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0010 applied");
  EXPECT_EQ(sql("select version, description, applied_by, state, kind from schema_version order by version"),
            "0001|users|tester@here|applied|versioned;0002|email|tester@here|applied|versioned;"
            "0010|orders|tester@here|applied|versioned");
  EXPECT_EQ(attempts().size(), 3U);
  EXPECT_EQ(sql("select email from users"), "a");
}

TEST_P(Up, DoesNothing_WhenThereIsNothingToDo) {
  writeThree();
  up();
  const Report again = up();
  EXPECT_THAT(again.done, IsEmpty());
  EXPECT_EQ(attempts().size(), 3U);
}

TEST_P(Up, LeavesAnEmptyDatabaseAlone_WhenTheFolderIsEmpty) {
  EXPECT_THAT(up().done, IsEmpty());
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Up, StopsAtTheVersionItIsTold) {
  writeThree();
  up({.to = Version::parse("2")});
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0010 pending");
  EXPECT_THAT(messageOf([&] { up({.to = Version::parse("7")}); }), HasSubstr("no version 7"));
}

TEST_P(Up, OnlySaysWhatItWouldDo_WhenItIsADryRun) {
  writeThree();
  const Report report = up({.dryRun = true});
  EXPECT_EQ(report.planned.size(), 3U);
  EXPECT_FALSE(has("users"));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Up, LeavesNothingOfAVersionThatFails_AndAllOfThoseBefore) {
  writeThree();
  write("0003_bad.up.sql", "create table a (id int);\ninsert into a values (1);\ninsert into nowhere values (1);\n");
  const Report report = up();
  ASSERT_TRUE(report.failure);
  EXPECT_EQ(report.failure->version, "0003");
  ASSERT_TRUE(report.failure->place);
  EXPECT_THAT(report.failure->place->file, HasSubstr("0003_bad.up.sql"));
  EXPECT_EQ(report.failure->place->line, 3);
  EXPECT_EQ(report.failure->place->text, "insert into nowhere values (1);");
  EXPECT_THAT(report.failure->message, HasSubstr("nowhere"));
  EXPECT_FALSE(report.failure->leftHalfDone);
  EXPECT_FALSE(has("a"));
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 pending, 0010 pending");
  EXPECT_EQ(report.planned.size(), 2U);
  const auto tried = attempts();
  ASSERT_EQ(tried.size(), 3U);
  EXPECT_EQ(tried.back().entry.state, EntryState::Failed);
  EXPECT_THAT(tried.back().error, HasSubstr("nowhere"));
  write("0003_bad.up.sql", "create table a (id int);");
  EXPECT_EQ(up().done.size(), 2U);
}

TEST_P(Up, LeavesNothing_WhicheverStatementFails) {
  run("create table old (id int primary key, a text)");
  run("insert into old values (1, 'x')");
  const std::vector<std::string> statements{"create table fresh (id int)",
                                            "insert into fresh values (1)",
                                            "alter table old add column b text",
                                            "update old set b = 'y'",
                                            "create index old_b on old (b)",
                                            "create view v as select b from old",
                                            "delete from old"};
  const auto session = engine().connect(connection(), "test", Milliseconds(5000));
  const db::SchemaListing before = engine().catalog().listing(*session);
  for (std::size_t failing = 0; failing <= statements.size(); ++failing) {
    std::string script;
    for (std::size_t index = 0; index < statements.size(); ++index) {
      if (index == failing) script += "insert into nowhere values (1);\n";
      script += statements[index] + ";\n";
    }
    if (failing == statements.size()) script += "insert into nowhere values (1);\n";
    write("0001_all.up.sql", script);
    const Report report = up();
    ASSERT_TRUE(report.failure);
    EXPECT_EQ(report.failure->place->line, static_cast<int>(failing) + 1);
    EXPECT_THAT(db::differences(before, engine().catalog().listing(*session)), IsEmpty());
    EXPECT_EQ(sql("select id, a from old"), "1|x");
  }
  EXPECT_EQ(sql("select count(*) from schema_version"), "0");
}

TEST_P(Up, RunsNothing_WhenAnyScriptIsBroken) {
  writeThree();
  write("0011_typo.up.sql", "create table b (id int);\ncreate tabel c (id int);\n");
  write("0012_own.up.sql", "begin;\ncreate table d (id int);\ncommit;\n");
  try {
    up();
    FAIL() << "a broken script was taken";
  } catch (const ScriptsRefused& refused) {
    ASSERT_GE(refused.faults().size(), 3U);
    EXPECT_EQ(refused.faults()[0].place.line, 2);
    EXPECT_THAT(refused.faults()[1].message, HasSubstr("BEGIN"));
  }
  EXPECT_FALSE(has("users"));
}

TEST_P(Up, RefusesAFileThatWasChangedAfterwards_UntilItIsRepaired) {
  writeThree();
  up();
  write("0002_email.up.sql", "alter table users add column mail text;");
  write("0011_more.up.sql", "create table more (id int);");
  EXPECT_EQ(standings(), "0001 applied, 0002 changed, 0010 applied, 0011 pending");
  EXPECT_THROW(up(), HistoryMismatch);
  EXPECT_FALSE(has("more"));
  const auto changes = repair(place(), folder());
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].version, "0002");
  EXPECT_EQ(up().done.size(), 1U);
}

TEST_P(Up, TakesOtherLineEndsForTheSameFile) {
  write("0001_users.up.sql", "create table users (\n  id int\n);\n");
  up();
  write("0001_users.up.sql",
        "\xEF\xBB\xBF"
        "create table users (\r\n  id int\r\n);\r\n");
  EXPECT_EQ(standings(), "0001 applied");
}

TEST_P(Up, RefusesAnAppliedVersionWithoutAFile_UnlessToldToPassOverIt) {
  writeThree();
  up();
  remove("0002_email.up.sql");
  write("0011_more.up.sql", "create table more (id int);");
  EXPECT_EQ(standings(), "0001 applied, 0002 missing, 0010 applied, 0011 pending");
  EXPECT_THROW(up(), HistoryMismatch);
  EXPECT_EQ(up({.ignoreMissing = true}).done.size(), 1U);
}

TEST_P(Up, AppliesAVersionBelowTheNewest_OnlyWhenTold) {
  writeThree();
  up();
  write("0005_late.up.sql", "create table late (id int);");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0005 out of order, 0010 applied");
  EXPECT_THROW(up(), HistoryMismatch);
  EXPECT_EQ(up({.outOfOrder = true}).done.size(), 1U);
  EXPECT_TRUE(has("late"));
}

TEST_P(Up, RunsRepeatableMigrationsAfterTheVersions_AndAgainWhenTheyChange) {
  write("R_views.sql", "drop view if exists v;\ncreate view v as select id from users;");
  writeThree();
  const Report first = up();
  ASSERT_EQ(first.done.size(), 4U);
  EXPECT_TRUE(first.done.back().migration.repeatable());
  EXPECT_THAT(up().done, IsEmpty());
  write("R_views.sql", "drop view if exists v;\ncreate view v as select id, email from users;");
  EXPECT_EQ(up().done.size(), 1U);
  EXPECT_EQ(sql("select email from v"), "a");
  EXPECT_EQ(attempts().size(), 5U);
}

TEST_P(Up, CountsVersionsBelowABaselineAsThere) {
  writeThree();
  run("create table users (id int primary key)");
  baseline(place(), folder(), *Version::parse("2"));
  EXPECT_EQ(standings(), "0001 baseline, 0002 baseline, 0010 pending");
  EXPECT_EQ(up().done.size(), 1U);
  EXPECT_THAT(messageOf([&] { baseline(place(), folder(), *Version::parse("5")); }), HasSubstr("0010"));
}

TEST_P(Up, GoesOnAtTheStatementThatFailed_OnceItIsRepaired) {
  write("0001_steps.up.sql",
        "-- hotswap: transaction=false\ncreate table a (id int);\ncreate table b (id int);\ninsert into c values (1);\n"
        "insert into b values (2);\n");
  const Report report = up();
  ASSERT_TRUE(report.failure);
  EXPECT_TRUE(report.failure->leftHalfDone);
  EXPECT_EQ(report.failure->place->line, 4);
  EXPECT_TRUE(has("b"));
  EXPECT_EQ(standings(), "0001 failed");
  EXPECT_THAT(messageOf([&] { up(); }), HasSubstr("failed half-way"));
  run("create table c (id int)");
  EXPECT_EQ(repair(place(), folder()).size(), 1U);
  const Report again = up();
  EXPECT_FALSE(again.failure);
  EXPECT_EQ(sql("select count(*) from c"), "1");
  EXPECT_EQ(sql("select count(*) from b"), "1");
  EXPECT_EQ(standings(), "0001 applied");
}

TEST_P(Up, RefusesToGoOn_WhenStepsThatWereDoneHaveChanged) {
  write("0001_steps.up.sql",
        "-- hotswap: transaction=false\ncreate table a (id int);\ninsert into nowhere values (1);\n");
  up();
  repair(place(), folder());
  write("0001_steps.up.sql", "-- hotswap: transaction=false\ncreate table z (id int);\ncreate table y (id int);\n");
  EXPECT_THAT(messageOf([&] { up(); }), HasSubstr("have been changed"));
  EXPECT_FALSE(has("y"));
  write("0001_steps.up.sql",
        "-- hotswap: transaction=false\ncreate table a (id int);\ncreate table nowhere (id int);\n");
  EXPECT_FALSE(up().failure);
  EXPECT_TRUE(has("nowhere"));
}

TEST_P(Up, RunsTheBackPartOfWhatFailedHalfWay_WhenTold) {
  write("0001_steps.up.sql",
        "-- hotswap: transaction=false\ncreate table a (id int);\ninsert into nowhere values (1);\ncreate table b (id "
        "int);\n");
  write("0001_steps.down.sql", "drop table b;\ndrop table a;\n");
  const Report report = up({.autoRollback = true});
  EXPECT_TRUE(report.failure);
  EXPECT_TRUE(report.rolledBack) << (report.wayBack ? report.wayBack->message : "");
  EXPECT_FALSE(has("a"));
  EXPECT_EQ(standings(), "0001 pending");
}

TEST_P(Up, AsksAPerson_WhereNobodyElseCanTellWhetherAStatementWasDone) {
  write("0001_steps.up.sql",
        "-- hotswap: transaction=false\ncreate table a (id int);\ninsert into a values (1);\ninsert into a values "
        "(2);\n");
  write("0000_first.up.sql", "create table first (id int);");
  up({.to = Version::parse("0")});
  // As a process leaves it that is killed while the first INSERT runs.
  std::vector<ScriptFault> faults;
  const PreparedPart part = prepare(engine(), folder().migrations[1], Direction::Up, faults);
  run("create table a (id int)");
  run("insert into a values (1)");
  leaveBrokenOff(folder().migrations[1], {.back = false,
                                          .unitsDone = 1,
                                          .digest = digestOf(part.script, part.units, 1),
                                          .evidence = "something that was written before it began",
                                          .session = "hotswap migrate gone/1"});
  const Report untold = up();
  ASSERT_TRUE(untold.failure);
  EXPECT_THAT(untold.failure->message, HasSubstr("--assume done"));
  EXPECT_TRUE(untold.failure->leftHalfDone);
  EXPECT_THAT(repair(place(), folder()), IsEmpty());
  EXPECT_EQ(repair(place(), folder(), Assumption::Done).size(), 1U);
  EXPECT_FALSE(up().failure);
  EXPECT_EQ(sql("select id from a order by id"), "1;2");
}

TEST_P(Up, RunsARepeatableFromItsStart_OnceItsFailureIsCleared) {
  write("R_x.sql",
        "-- hotswap: transaction=false\ncreate table if not exists a (id int);\ninsert into nowhere values (1);\n");
  EXPECT_TRUE(up().failure);
  write("R_x.sql", "-- hotswap: transaction=false\ncreate table if not exists b (id int);\n");
  repair(place(), folder());
  EXPECT_FALSE(up().failure);
  EXPECT_TRUE(has("b"));
}

TEST_P(Up, CountsWhatWasRolledBackBelowABaselineAsThere) {
  writeThree();
  write("0010_orders.down.sql", "drop table orders;");
  up();
  down();
  baseline(place(), folder(), *Version::parse("10"));
  write("0011_more.up.sql", "create table more (id int);");
  EXPECT_EQ(up().done.size(), 1U);
}

TEST_P(Up, SaysWhoIsAtWork_WhenAnotherHoldsTheLock) {
  writeThree();
  const auto other = engine().connect(connection(), "hotswap migrate anna@web-3/17", Milliseconds(5000));
  ASSERT_FALSE(engine().tryLockDatabase(*other));
  lockPatience = Milliseconds(200);
  EXPECT_THAT(messageOf([&] { up(); }), HasSubstr("since 20"));
  EXPECT_EQ(listener.holders.size(), 1U);
  engine().unlockDatabase(*other);
  EXPECT_EQ(up().done.size(), 3U);
}

TEST_P(Up, ReadsSectionsAndFlywaysNames) {
  write("20260101120000_a.sql", "-- migrate:up\ncreate table a (id int);\n\n-- migrate:down\ndrop table a;\n");
  EXPECT_EQ(up().done.size(), 1U);
  EXPECT_EQ(down().done.size(), 1U);
  EXPECT_FALSE(has("a"));
  remove("20260101120000_a.sql");
  write("V1__a.sql", "create table a (id int);");
  write("V1.1__b.sql", "create table b (id int);");
  write("U1.1__b.sql", "drop table b;");
  EXPECT_EQ(up().done.size(), 2U);
  EXPECT_EQ(down().done.size(), 1U);
  EXPECT_EQ(standings(), "1 applied, 1.1 pending, 20260101120000 rolled back");
}

TEST_P(Up, IsStoppedBeforeItBegins_AndLeavesNothing) {
  writeThree();
  stop.request_stop();
  EXPECT_THROW(up(), execution::Stopped);
  EXPECT_FALSE(has("users"));
}

}  // namespace
}  // namespace hotswap::versioned
