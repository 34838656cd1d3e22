// What taking over another tool's history does whatever the tool is: what is written, what is kept, what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adopt_project.h"
#include "base/time_text.h"

namespace hotswap::versioned {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class Adopt : public Adoption {};

INSTANTIATE_TEST_SUITE_P(Engines, Adopt, testing::Values(DatabaseType::PostgreSQL, DatabaseType::SQLite), engineName);

TEST_P(Adopt, TakesOverWhatIsApplied_SoThatUpRunsOnlyTheRest) {
  writeVersions({"0001_users", "0002_orders", "0003_items"});
  makeDbmate({"0001", "0002"});
  EXPECT_EQ(take(ForeignTool::Dbmate), "0001 applied, 0002 applied");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 pending");
  EXPECT_EQ(up().done.size(), 1U);
  EXPECT_FALSE(has("t0001_users"));
  EXPECT_TRUE(has("t0003_items"));
}

TEST_P(Adopt, ChangesNothingOfTheTools) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  const auto session = engine().connect(connection(), "test", Milliseconds(5000));
  const db::SchemaListing before = engine().catalog().listing(*session);
  take(ForeignTool::Dbmate);
  EXPECT_EQ(sql("select version from schema_migrations"), "0001");
  for (const std::string& difference : db::differences(before, engine().catalog().listing(*session))) {
    EXPECT_THAT(difference, HasSubstr("schema_version"));
  }
}

TEST_P(Adopt, TakesOverOnlyWhatIsNew_TheSecondTime) {
  writeVersions({"0001_users", "0002_orders", "0003_items"});
  makeDbmate({"0001"});
  EXPECT_EQ(take(ForeignTool::Dbmate), "0001 applied");
  EXPECT_EQ(take(ForeignTool::Dbmate), "");
  run("insert into schema_migrations values ('0002')");
  EXPECT_EQ(take(ForeignTool::Dbmate), "0002 applied");
  EXPECT_EQ(attempts().size(), 2U);
}

TEST_P(Adopt, LeavesWhatHotSwapKnowsAlready_AsItIs) {
  writeVersions({"0001_users", "0002_orders"});
  write("0002_orders.down.sql", "drop table t0002_orders;");
  up();
  down();
  makeDbmate({"1", "2"});
  EXPECT_EQ(take(ForeignTool::Dbmate), "");
  EXPECT_EQ(standings(), "0001 applied, 0002 pending");
  EXPECT_EQ(sql("select state from schema_version order by version"), "applied;rolled_back");
}

TEST_P(Adopt, KeepsTheToolsMomentAndUser_InTheEntryAndInTheLog) {
  write("V1__users.sql", "create table users (id int);");
  makeFlyway();
  addToFlyway("'1'", "users");
  take(ForeignTool::Flyway);
  const std::vector<Attempt> log = attempts();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].action, Action::Adopt);
  EXPECT_EQ(toRfc3339(log[0].entry.appliedAt), "2024-02-03T04:05:06.789Z");
  EXPECT_EQ(log[0].entry.appliedBy, "axel");
  EXPECT_EQ(log[0].entry.executionTime, Milliseconds(42));
  EXPECT_EQ(sql("select applied_by, description from schema_version"), "axel|users");
}

TEST_P(Adopt, WritesThePresentMomentAndUser_WhereTheToolKeepsNone) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  const TimePoint before = clock.now();
  take(ForeignTool::Dbmate);
  const std::vector<Attempt> log = attempts();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_GE(log[0].entry.appliedAt + Milliseconds(1), before);
  EXPECT_EQ(log[0].entry.appliedBy, "tester@here");
}

TEST_P(Adopt, KeepsTheChecksumsOfTheFiles_SoThatALaterChangeIsSeen) {
  writeVersions({"0001_users", "0002_orders"});
  makeDbmate({"0001", "0002"});
  take(ForeignTool::Dbmate);
  writeVersions({"0001_users"});
  write("0002_orders.up.sql", "create table other (id int);");
  EXPECT_EQ(standings(), "0001 applied, 0002 changed");
}

TEST_P(Adopt, TakesAVersionWithoutAFileAsBaseline_WhereItIsOlderThanTheFolder) {
  writeVersions({"0003_items", "0004_more"});
  makeDbmate({"0001", "0002", "0003"});
  EXPECT_EQ(take(ForeignTool::Dbmate), "0001 baseline, 0002 baseline, 0003 applied");
  EXPECT_EQ(standings(), "0001 baseline, 0002 baseline, 0003 applied, 0004 pending");
  EXPECT_EQ(up().done.size(), 1U);
}

TEST_P(Adopt, TakesAVersionWithoutAFileAsMissing_WhereFilesLieBelowIt) {
  writeVersions({"0001_users", "0002_late", "0004_more"});
  makeDbmate({"0001", "0003"});
  const auto adopted = adopt(place(), folder(), ForeignTool::Dbmate, {});
  ASSERT_EQ(adopted.size(), 2U);
  EXPECT_TRUE(adopted[0].file);
  EXPECT_FALSE(adopted[1].file);
  EXPECT_EQ(standings(), "0001 applied, 0002 out of order, 0003 missing, 0004 pending");
  write("0003_back.up.sql", "create table whatever (id int);");
  EXPECT_EQ(standings(), "0001 applied, 0002 out of order, 0003 applied, 0004 pending");
}

TEST_P(Adopt, RefusesAFolderThatHasNoneOfTheVersions) {
  writeVersions({"0100_next"});
  makeDbmate({"0001", "0042"});
  EXPECT_THAT(refusal(ForeignTool::Dbmate), AllOf(HasSubstr("None of the 2 version(s)"), HasSubstr("--dir"),
                                                  HasSubstr("hotswap migrate baseline 0042")));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Adopt, SaysWhoseTheTableIs_WhereItIsAnotherTools) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  EXPECT_THAT(refusal(ForeignTool::GolangMigrate),
              AllOf(HasSubstr("not golang-migrate's but dbmate's"), HasSubstr("--from dbmate")));
  run("drop table schema_migrations");
  makeGolangMigrate();
  EXPECT_THAT(refusal(ForeignTool::Dbmate),
              AllOf(HasSubstr("not dbmate's but golang-migrate's"), HasSubstr("--from golang-migrate")));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Adopt, RefusesATableThatIsNoTools_WithItsColumns) {
  run("create table goose_db_version (id int, version text)");
  EXPECT_THAT(refusal(ForeignTool::Goose),
              AllOf(HasSubstr("not goose's"), HasSubstr("id, version"), HasSubstr("--table")));
}

TEST_P(Adopt, SaysWhichToolIsThere_WhereTheOneNamedIsNot) {
  EXPECT_THAT(refusal(ForeignTool::Flyway),
              AllOf(HasSubstr("no table flyway_schema_history or schema_version"), HasSubstr("--table")));
  makeGoose();
  EXPECT_THAT(refusal(ForeignTool::Flyway), AllOf(HasSubstr("goose_db_version is goose's"), HasSubstr("--from goose")));
}

TEST_P(Adopt, TakesATableOfAnotherName) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  run("alter table schema_migrations rename to \"Our Versions\"");
  EXPECT_THAT(refusal(ForeignTool::Dbmate), HasSubstr("no table schema_migrations"));
  EXPECT_EQ(take(ForeignTool::Dbmate, {.table = "Our Versions"}), "0001 applied");
}

TEST_P(Adopt, WritesNothing_WhenItIsADryRun) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  EXPECT_EQ(take(ForeignTool::Dbmate, {.dryRun = true}), "0001 applied");
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Adopt, TakesOverNothing_WhenOneEntryCantBeWritten) {
  writeVersions({"0001_users", "0002_orders"});
  makeDbmate({"0001", "0002"});
  {
    const Workplace here = place();
    HistorySession(here).lock();
  }
  if (GetParam() == DatabaseType::PostgreSQL) {
    run("alter table schema_version add check (version <> '0002')");
  } else {
    run("create trigger no before insert on schema_version when new.version = '0002' begin select raise(abort, "
        "'no'); end");
  }
  EXPECT_THROW(take(ForeignTool::Dbmate), db::SqlError);
  EXPECT_EQ(sql("select count(*) from schema_version"), "0");
  EXPECT_THAT(attempts(), IsEmpty());
}

TEST_P(Adopt, WaitsForWhoeverIsAtWork_AndSaysWho) {
  writeVersions({"0001_users"});
  makeDbmate({"0001"});
  const Workplace other = place();
  HistorySession holder(other);
  holder.lock();
  EXPECT_THAT(refusal(ForeignTool::Dbmate), HasSubstr("at work on this database already"));
  EXPECT_THAT(holder.entries(), IsEmpty());
}

TEST_P(Adopt, RefusesVersionsThatAreNoNumbers) {
  writeVersions({"0001_users"});
  makeDbmate({"0001", "abc"});
  EXPECT_THAT(refusal(ForeignTool::Dbmate), AllOf(HasSubstr("can't number"), HasSubstr("\nabc: ")));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(Adopt, RefusesOptionsThatDontGoWithTheTool) {
  makeDbmate({});
  EXPECT_THAT(refusal(ForeignTool::Dbmate, {.inOrder = true}), HasSubstr("--in-order"));
  EXPECT_THAT(refusal(ForeignTool::Dbmate, {.project = "shop"}), HasSubstr("--project"));
  EXPECT_EQ(take(ForeignTool::Dbmate), "");
}

TEST(AdoptOnPostgres, TakesATableOfAnotherSchema) {
  Project project(DatabaseType::PostgreSQL);
  project.write("0001_users.up.sql", "create table users (id int);");
  project.run("create schema tools");
  project.run("create table tools.\"Migrations\" (version varchar primary key)");
  project.run("insert into tools.\"Migrations\" values ('0001')");
  EXPECT_EQ(adopt(project.place(), project.folder(), ForeignTool::Dbmate, {.table = "tools.Migrations"}).size(), 1U);
  EXPECT_EQ(project.standings(), "0001 applied");
}

}  // namespace
}  // namespace hotswap::versioned
