// The way back and its proof, also where only a part of the script was done or somebody else changed the schema too.
#include "execution/way_back.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

bool names(const WayBackResult& result, const std::string& part) {
  return std::ranges::any_of(result.remaining,
                             [&](const std::string& sentence) { return sentence.find(part) != std::string::npos; });
}

/// A script that was done, and the schemas before and after it.
struct Done {
  Done(const std::string& schema, std::string forward) : script(std::move(forward)) {
    stage.sql(schema);
    before = stage.listing();
    stage.run(script);
    after = stage.listing();
  }
  WayBackResult undo(const std::string& rollback) { return stage.undo(script, rollback, before); }
  /// With the schema from after the script, by which others' changes are known.
  WayBackResult undoHeedingOthers(const std::string& rollback) { return stage.undo(script, rollback, before, after); }

  Stage stage;
  std::string script;
  db::SchemaListing before;
  db::SchemaListing after;
};

/// A table, and a script of which two units are done when the third fails.
struct HalfDone {
  HalfDone() {
    stage.sql("create table t (id int, note text); insert into t values (1, 'old')");
    before = stage.listing();
    EXPECT_NE(stage.failureOf(script), "");
    EXPECT_EQ(stage.journal.unitsDone(), 2U);
  }
  WayBackResult undo(const std::optional<std::string>& rollback) { return stage.undo(script, rollback, before); }

  Stage stage;
  std::string script =
      "alter table t add column a int; create index concurrently t_a on t (a); alter table t add column b nonsense";
  db::SchemaListing before;
};

}  // namespace

TEST(WayBack, ProvesThatTheSchemaIsAsBefore) {
  Done done("create table t (id int)", "alter table t add column a int; create index concurrently t_a on t (a)");
  const WayBackResult back = done.undo("drop index concurrently t_a; alter table t drop column a");
  EXPECT_TRUE(back.verified);
  EXPECT_EQ(back.error, "");
  EXPECT_TRUE(back.remaining.empty());
  EXPECT_EQ(done.stage.journal.unitsDone(StepKind::Undo), 2U);
}

TEST(WayBack, LeavesWhatWasThereBefore_WhenTheScriptDropsIt) {
  Done done("create table customers (id int); insert into customers values (1), (2)",
            "create table if not exists customers (id int); create table addresses (id int)");
  const WayBackResult back = done.undo("drop table addresses; drop table customers");
  EXPECT_EQ(done.stage.number("select count(*) from customers"), 2);
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
  EXPECT_EQ(back.error, "");
  EXPECT_TRUE(done.stage.journal.says("was there before the migration")) << done.stage.journal.text();
}

TEST(WayBack, LeavesAnIndexThatWasThereBefore_WhenTheScriptDropsItConcurrently) {
  Done done(
      "create table t (id int, a int, b int); create index t_a on t (a); create schema other;"
      "create table other.t (id int, b int); create index t_b on other.t (b)",
      "create index concurrently if not exists t_a on t (a); create index concurrently t_b on t (b)");
  const WayBackResult back = done.undo("drop index concurrently t_a; drop index concurrently t_b");
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
  EXPECT_EQ(back.error, "");
}

TEST(WayBack, CommitsNothing_WhereItWouldTakeAwayAColumnThatWasThereBefore) {
  Done done("create table t (id int, note text); insert into t values (1, 'kept')",
            "alter table t add column if not exists note text; create table u (id int)");
  const WayBackResult back = done.undo("drop table u; alter table t drop column note");
  EXPECT_EQ(done.stage.value("select note from t"), "kept");
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error.find("neither made nor changed"), std::string::npos) << back.error;
  EXPECT_TRUE(names(back, "public.t.note")) << testing::PrintToString(back.remaining);
}

TEST(WayBack, MayDropForAMoment_WhatItMakesAgain) {
  Done done("create table t (id int); create view v as select id from t",
            "drop view v; alter table t alter column id type bigint; create view v as select id from t");
  const WayBackResult back =
      done.undo("drop view v; alter table t alter column id type int; create view v as select id from t");
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
  EXPECT_EQ(back.error, "");
  EXPECT_FALSE(done.stage.journal.says("passed over")) << done.stage.journal.text();
}

TEST(WayBack, RunsNothing_WhenNothingWasDone) {
  Stage stage;
  stage.sql("create table t (id int)");
  const auto before = stage.listing();
  const std::string script = "alter table t add column a nonsense";
  stage.failureOf(script);
  const WayBackResult back = stage.undo(script, "drop table t", before);
  EXPECT_TRUE(back.verified);
  EXPECT_EQ(stage.journal.unitsDone(StepKind::Undo), 0U);
}

TEST(WayBack, SaysWhatDiffers_WhenTheRollbackScriptForgetsSomething) {
  Done done("create table t (id int)", "alter table t add column a int, add column b int");
  const WayBackResult back = done.undo("alter table t drop column a");
  EXPECT_FALSE(back.verified);
  EXPECT_TRUE(names(back, "public.t.b")) << testing::PrintToString(back.remaining);
}

TEST(WayBack, LeavesAloneWhatOthersHaveChangedSinceTheScript_AndNamesIt) {
  Done done("create table t (id int, old int); create table unused (id int)",
            "alter table t add column a int; create table made (id int)");
  done.stage.sql(
      "create table stranger (id int); drop table unused; alter table t alter column old type bigint;"
      "create index made_id on made (id)");
  const WayBackResult back = done.undoHeedingOthers("drop table made; alter table t drop column a");
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
  EXPECT_EQ(back.error, "");
  for (const char* part :
       {"table public.stranger was made by somebody else", "table public.unused was dropped by somebody else",
        "column public.t.old was changed by somebody else",
        "index public.made_id was made by somebody else and went"}) {
    EXPECT_TRUE(done.stage.journal.says(part)) << part << "\n" << done.stage.journal.text();
  }
}

TEST(WayBack, CommitsNothing_WhereItWouldTakeAwayWhatOthersHaveMade) {
  Done done("create table t (id int)", "create schema app; alter table t add column a int");
  done.stage.sql(
      "create table app.invoices (id int); insert into app.invoices values (1); create view of_t as select a from t");
  for (const char* rollback : {"drop schema app cascade", "alter table t drop column a cascade"}) {
    const WayBackResult back = done.undoHeedingOthers(rollback);
    EXPECT_FALSE(back.verified) << rollback;
    EXPECT_NE(back.error.find("neither made nor changed"), std::string::npos) << back.error;
  }
  EXPECT_EQ(done.stage.number("select count(*) from app.invoices, information_schema.views where table_name = 'of_t'"),
            1);
}

TEST(WayBack, LeavesWhatWasThereBefore_AlsoWhereOthersHaveChangedItSince) {
  Done done("create sequence numbers", "create sequence if not exists numbers; create table made (id int)");
  done.stage.sql("alter sequence numbers increment by 7");
  const WayBackResult back = done.undoHeedingOthers("drop table made; drop sequence numbers");
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining) << back.error;
  EXPECT_EQ(done.stage.value("select to_regclass('numbers') is not null and to_regclass('made') is null"), "t");
}

TEST(WayBack, SaysWhatIsLeft_AlsoWhereOthersHaveChangedTheSchemaSince) {
  Done done("create table t (id int, old int)", "alter table t add column a int; alter table t add column b int");
  done.stage.sql("create table stranger (id int); alter table t alter column b type bigint");
  const WayBackResult back = done.undoHeedingOthers("alter table t drop column a");
  EXPECT_FALSE(back.verified);
  EXPECT_TRUE(names(back, "column public.t.b")) << testing::PrintToString(back.remaining);
  EXPECT_FALSE(names(back, "stranger")) << testing::PrintToString(back.remaining);
}

TEST(WayBack, SaysWhatDiffers_WhenSomebodyElseChangedTheSchemaMeanwhile) {
  Done done("create table t (id int)", "alter table t add column a int");
  done.stage.sql("create table stranger (id int)");
  const WayBackResult back = done.undo("alter table t drop column a");
  EXPECT_FALSE(back.verified);
  EXPECT_EQ(back.error, "");
  EXPECT_TRUE(names(back, "public.stranger")) << testing::PrintToString(back.remaining);
  EXPECT_FALSE(names(back, "public.t.a")) << "its own change is undone";
}

TEST(WayBack, SaysThatThereIsNone_WhenThereIsNoScript) {
  HalfDone half;
  const WayBackResult back = half.undo(std::nullopt);
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error, "");
  EXPECT_TRUE(names(back, "public.t.a")) << testing::PrintToString(back.remaining);
}

TEST(WayBack, SaysWhereItFailed) {
  Done done("create table t (id int)", "alter table t add column a int");
  const WayBackResult back = done.undo("alter table t drop column a;\nalter table t drop column nope");
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error.find("statement 2 (line 2, column 1) failed"), std::string::npos) << back.error;
  EXPECT_NE(back.error.find("42703"), std::string::npos) << back.error;
  EXPECT_TRUE(names(back, "public.t.a")) << "its first statement is undone with it";
}

TEST(WayBack, SaysWhereItIsBroken) {
  HalfDone half;
  EXPECT_NE(half.undo("alter table t drop column a;\nalter tabel t").error.find("line 2, column 7"), std::string::npos);
  EXPECT_NE(half.undo("commit").error.find("COMMIT"), std::string::npos);
}

TEST(WayBack, PassesOverWhatIsNotThere_WhenTheScriptWasDoneInPart) {
  HalfDone half;
  const WayBackResult back = half.undo(
      "alter table t drop column b; drop table later; drop index concurrently never; drop index t_a; alter table t "
      "drop column a");
  EXPECT_TRUE(back.verified) << back.error << testing::PrintToString(back.remaining);
  EXPECT_EQ(half.stage.journal.countOf("is passed over"), 3U) << half.stage.journal.text();
}

TEST(WayBack, PassesOverNothing_WhenTheScriptWasDoneWhole) {
  Done done("create table t (id int)", "alter table t add column a int");
  EXPECT_NE(done.undo("drop table later; alter table t drop column a").error, "");
}

TEST(WayBack, CommitsNothingItCantProve_WhenTheScriptWasDoneInPart) {
  HalfDone half;
  half.stage.sql("create table stranger (id int)");
  const auto between = half.stage.listing();
  const WayBackResult back = half.undo("drop index t_a; alter table t drop column a");
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error, "");
  EXPECT_TRUE(names(back, "public.stranger")) << testing::PrintToString(back.remaining);
  EXPECT_EQ(half.stage.listing().fingerprint(), between.fingerprint()) << "a part of the way back was committed";
}

TEST(WayBack, TouchesNoRows_WhenTheScriptHadTouchedNone) {
  HalfDone half;
  const WayBackResult back = half.undo("update t set note = 'ruined'; drop index t_a; alter table t drop column a");
  EXPECT_TRUE(back.verified) << back.error;
  EXPECT_EQ(half.stage.value("select note from t"), "old");
}

TEST(WayBack, RestoresRows_WhenAllOfThemHadBeenChanged) {
  Stage stage;
  stage.sql("create table t (id int, note text); insert into t values (1, 'old')");
  const auto before = stage.listing();
  const std::string script =
      "alter table t add column was text; update t set was = note, note = 'new'; vacuum t; alter table nowhere add "
      "column x int";
  stage.failureOf(script);
  const WayBackResult back = stage.undo(script, "update t set note = was; alter table t drop column was", before);
  EXPECT_TRUE(back.verified) << back.error;
  EXPECT_EQ(stage.value("select note from t"), "old");
}

TEST(WayBack, IsNotTried_WhenRowsWereChangedInPart) {
  Stage stage;
  stage.sql("create table t (id int, note text); insert into t values (1, 'old')");
  const auto before = stage.listing();
  const std::string script =
      "alter table t add column a int; update t set note = 'half'; vacuum t; update t set note = nope";
  stage.failureOf(script);
  const WayBackResult back = stage.undo(script, "update t set note = 'old'; alter table t drop column a", before);
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error.find("by hand"), std::string::npos) << back.error;
  EXPECT_TRUE(names(back, "public.t.a")) << testing::PrintToString(back.remaining);
  EXPECT_EQ(stage.value("select note from t"), "half");
}

TEST(WayBack, WaitsForItsLocksInShortTurns) {
  Done done("create table t (id int)", "alter table t add column a int");
  auto blocker = std::make_unique<OpenTransaction>(done.stage, "select * from t");
  std::jthread release([&] {
    eventually([&] { return done.stage.journal.countOf("tried again") >= 3; });
    blocker->end();
  });
  const WayBackResult back = done.undo("alter table t drop column a");
  EXPECT_TRUE(back.verified) << back.error;
}

TEST(WayBack, StopsWhenItIsToldTo) {
  Stage stage;
  stage.sql("create table t (id int)");
  const auto before = stage.listing();
  const std::string script = "alter table t add column a int";
  stage.run(script);
  OpenTransaction blocker(stage, "select * from t");
  std::stop_source stop;
  std::jthread stopper([&] {
    eventually([&] { return stage.journal.countOf("tried again") >= 1; });
    stop.request_stop();
  });
  const WayBackResult back =
      undo(stage.target, stage.settings, stage.journal, stage.clock, stage.random, "alter table t drop column a",
           {.unitsDone = 1, .unitsTotal = 1}, {.before = before}, stop.get_token());
  EXPECT_FALSE(back.verified);
  EXPECT_NE(back.error.find("stopped"), std::string::npos) << back.error;
}

TEST(WayBack, GoesOnWhereItWasInterrupted) {
  Stage stage;
  stage.sql("create table t (id int)");
  const auto before = stage.listing();
  stage.run("alter table t add column a int; create index concurrently t_a on t (a)");
  stage.sql("drop index t_a");
  const WayBackResult back = undo(stage.target, stage.settings, stage.journal, stage.clock, stage.random,
                                  "drop index concurrently t_a; alter table t drop column a",
                                  {.unitsDone = 2, .unitsTotal = 2}, {.before = before}, {}, 1);
  EXPECT_TRUE(back.verified) << back.error;
}

TEST(WayBack, ProvesInTheSettingsOfTheDatabase_WhateverTheScriptSets) {
  HalfDone half;
  const WayBackResult back = half.undo(
      "create schema aside; set search_path = aside; drop schema aside; set datestyle = 'German'; set "
      "quote_all_identifiers = on; "
      "drop index public.t_a; alter table public.t drop column a");
  EXPECT_TRUE(back.verified) << back.error << testing::PrintToString(back.remaining);
}

}  // namespace hotswap::execution
