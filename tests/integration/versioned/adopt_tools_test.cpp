// What each tool's tables say, and what is made of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adopt_project.h"
#include "base/time_text.h"

namespace hotswap::versioned {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class AdoptFlyway : public Adoption {
 protected:
  void writeFlyway(const std::vector<std::string>& names) const {
    for (const std::string& name : names) write(name + ".sql", "create table " + name + " (id int);");
  }
};
class AdoptLiquibase : public Adoption {};
class AdoptGolangMigrate : public Adoption {};
class AdoptGoose : public Adoption {};
class AdoptSqitch : public Adoption {};

const auto engines = testing::Values(DatabaseType::PostgreSQL, DatabaseType::SQLite);
INSTANTIATE_TEST_SUITE_P(Engines, AdoptFlyway, engines, engineName);
INSTANTIATE_TEST_SUITE_P(Engines, AdoptLiquibase, engines, engineName);
INSTANTIATE_TEST_SUITE_P(Engines, AdoptGolangMigrate, engines, engineName);
INSTANTIATE_TEST_SUITE_P(Engines, AdoptGoose, engines, engineName);
INSTANTIATE_TEST_SUITE_P(Engines, AdoptSqitch, engines, engineName);

TEST_P(AdoptFlyway, TakesVersionsOfEveryKind_WithRepeatableOnes) {
  writeFlyway({"V1__users", "V1.2__orders", "V1.10__items", "V2__next", "R__views"});
  makeFlyway();
  addToFlyway("null", "<< Flyway Schema Creation >>", "SCHEMA");
  addToFlyway("'1'", "users");
  addToFlyway("'1.2'", "orders", "SPRING_JDBC");
  addToFlyway("'1.10'", "items", "JDBC");
  addToFlyway("null", "views");
  addToFlyway("null", "views");
  EXPECT_EQ(take(ForeignTool::Flyway), "1 applied, 1.2 applied, 1.10 applied, views applied");
  EXPECT_EQ(standings(), "1 applied, 1.2 applied, 1.10 applied, 2 pending, views applied");
  EXPECT_THAT(listener.lines, IsEmpty());
}

TEST_P(AdoptFlyway, LeavesOutWhatWasUndoneOrDeleted_ByTheNewestRow) {
  writeFlyway({"V1__users", "V2__orders", "V3__items"});
  makeFlyway();
  for (const char* version : {"'1'", "'2'", "'3'", "'4'"}) addToFlyway(version, "some");
  addToFlyway("'3'", "some", "UNDO_SQL");
  addToFlyway("'2'", "some", "UNDO_JDBC");
  addToFlyway("'2'", "some");
  addToFlyway("'4'", "some", "DELETE");
  EXPECT_EQ(take(ForeignTool::Flyway), "1 applied, 2 applied");
}

TEST_P(AdoptFlyway, TakesABaseline_SoThatFilesBelowItCountAsThere) {
  writeFlyway({"V1__users", "V2__orders", "V6__items", "V7__next"});
  makeFlyway();
  addToFlyway("'5'", "<< Flyway Baseline >>", "BASELINE");
  addToFlyway("'6'", "items");
  EXPECT_EQ(take(ForeignTool::Flyway), "5 baseline, 6 applied");
  EXPECT_EQ(standings(), "1 baseline, 2 baseline, 5 baseline, 6 applied, 7 pending");
}

TEST_P(AdoptFlyway, TakesABaselineAlone) {
  writeFlyway({"V6__items"});
  makeFlyway();
  addToFlyway("'5'", "<< Flyway Baseline >>", "BASELINE");
  EXPECT_EQ(take(ForeignTool::Flyway), "5 baseline");
}

TEST_P(AdoptFlyway, RefusesFailedMigrations_EachByName) {
  writeFlyway({"V1__users", "V2__orders"});
  makeFlyway();
  addToFlyway("'1'", "users");
  addToFlyway("'2'", "orders", "SQL", false);
  EXPECT_THAT(refusal(ForeignTool::Flyway),
              AllOf(HasSubstr("flyway repair"), HasSubstr("\n2: script 2 failed"), Not(HasSubstr("script 1"))));
  EXPECT_FALSE(has("schema_version"));
  addToFlyway("'2'", "orders");
  EXPECT_EQ(take(ForeignTool::Flyway), "1 applied, 2 applied");
}

TEST_P(AdoptFlyway, LeavesOutARepeatableWithoutAFile_AndSaysSoOnce) {
  writeFlyway({"V1__users"});
  makeFlyway();
  addToFlyway("'1'", "users");
  addToFlyway("null", "old views");
  EXPECT_EQ(take(ForeignTool::Flyway), "1 applied");
  ASSERT_EQ(listener.lines.size(), 1U);
  EXPECT_THAT(listener.lines[0], HasSubstr("`old views`"));
  EXPECT_FALSE(up().failure);
}

TEST_P(AdoptFlyway, RefusesTheOldTableInHotSwapsPlace_AndTakesItOnceRenamed) {
  writeFlyway({"V1__users"});
  makeFlyway("schema_version");
  addToFlyway("'1'", "users", "SQL", true, "schema_version");
  EXPECT_THAT(refusal(ForeignTool::Flyway),
              AllOf(HasSubstr("rename to flyway_schema_history"), HasSubstr("--history-schema")));
  run("alter table schema_version rename to flyway_schema_history");
  EXPECT_EQ(take(ForeignTool::Flyway), "1 applied");
  EXPECT_EQ(take(ForeignTool::Flyway), "");
}

TEST_P(AdoptFlyway, DoesntTakeHotSwapsOwnHistoryForFlywaysOldTable) {
  writeFlyway({"V1__users"});
  up();
  EXPECT_THAT(refusal(ForeignTool::Flyway), HasSubstr("no table flyway_schema_history or schema_version of Flyway"));
}

TEST(AdoptFlywayOnPostgres, TakesTheOldTable_IntoAHistoryInAnotherSchema) {
  Project project(DatabaseType::PostgreSQL);
  project.write("V1__users.sql", "create table users (id int);");
  project.run("create schema hotswap");
  project.run(
      "create table schema_version (version_rank int, installed_rank int, version varchar(50), description varchar, "
      "type varchar, script varchar, checksum int, installed_by varchar, installed_on timestamp, execution_time int, "
      "success boolean)");
  project.run(
      "insert into schema_version values (1, 1, '1', 'users', 'SQL', 'V1__users.sql', 7, 'axel', now(), 3, true)");
  Workplace place = project.place();
  place.historySchema = "hotswap";
  EXPECT_EQ(adopt(place, project.folder(), ForeignTool::Flyway, {}).size(), 1U);
  EXPECT_EQ(project.sql("select version, state from hotswap.schema_version"), "1|applied");
}

TEST_P(AdoptLiquibase, FindsFilesByTheirChangelogsNumber_SeveralChangeSetsInOne) {
  writeVersions({"0001_users", "0002_orders", "0003_next"});
  write("R_views.sql", "create view v as select 1 as x;");
  makeLiquibase();
  addToLiquibase("1", "db/0001_users.sql");
  addToLiquibase("2", "db/0002_orders.sql");
  addToLiquibase("2b", "db/0002_orders.sql", "MARK_RAN");
  addToLiquibase("tagit", "changelog.xml", "EXECUTED", "tagDatabase");
  addToLiquibase("never", "changelog.xml", "SKIPPED");
  addToLiquibase("views", "db/R_views.sql", "RERAN");
  EXPECT_EQ(take(ForeignTool::Liquibase), "0001 applied, 0002 applied, views applied");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 pending, views applied");
  EXPECT_EQ(toRfc3339(attempts()[1].entry.appliedAt), "2026-11-21T19:56:53.659Z");
}

TEST_P(AdoptLiquibase, FindsFilesByIds_WhereAllChangeSetsStandInOneChangelog) {
  writeVersions({"1_users", "1.2_orders", "20260101_items"});
  makeLiquibase();
  addToLiquibase("1", "db/changelog.xml");
  addToLiquibase("1.2-orders", "db/changelog.xml");
  addToLiquibase("20260101", "db/changelog.xml");
  EXPECT_EQ(take(ForeignTool::Liquibase), "1 applied, 1.2 applied, 20260101 applied");
}

TEST_P(AdoptLiquibase, FindsFilesByTheirChangelogsNumber_WhereIdsBeginAnewInEach) {
  writeVersions({"0001_users", "0002_orders"});
  makeLiquibase();
  addToLiquibase("1", "0001_users.sql");
  addToLiquibase("1", "0002_orders.sql");
  EXPECT_EQ(take(ForeignTool::Liquibase), "0001 applied, 0002 applied");
}

TEST_P(AdoptLiquibase, NamesEachChangeSetThatHasNoFile_AndTakesNothing) {
  writeVersions({"0001_users", "0002_orders"});
  makeLiquibase();
  addToLiquibase("1", "changelog.xml");
  addToLiquibase("second", "changelog.xml");
  addToLiquibase("3", "changelog.xml");
  EXPECT_THAT(refusal(ForeignTool::Liquibase),
              AllOf(HasSubstr("--in-order"), HasSubstr("\nchangelog.xml::second::ada: "),
                    HasSubstr("\nchangelog.xml::3::ada: "), Not(HasSubstr("\nchangelog.xml::1::ada: "))));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(AdoptLiquibase, RefusesToChoose_WhereIdsAndChangelogsDisagree) {
  writeVersions({"0001_users", "0002_orders", "0003_items"});
  makeLiquibase();
  addToLiquibase("1", "0001_users.sql");
  addToLiquibase("2", "0001_users.sql");
  addToLiquibase("3", "0002_orders.sql");
  EXPECT_THAT(refusal(ForeignTool::Liquibase), HasSubstr("different files"));
}

TEST_P(AdoptLiquibase, TakesTheFoldersFirstVersions_InTheOrderOfTheChangeSets) {
  writeVersions({"0001_users", "0002_orders", "0003_items"});
  makeLiquibase();
  addToLiquibase("users", "changelog.xml");
  addToLiquibase("orders", "changelog.xml");
  EXPECT_EQ(take(ForeignTool::Liquibase, {.inOrder = true}), "0001 applied, 0002 applied");
  addToLiquibase("items", "changelog.xml");
  addToLiquibase("more", "changelog.xml");
  EXPECT_THAT(refusal(ForeignTool::Liquibase, {.inOrder = true}),
              AllOf(HasSubstr("applied 4 changes"), HasSubstr("holds 3 versions")));
}

TEST_P(AdoptLiquibase, RefusesFailedChangeSets) {
  writeVersions({"0001_users"});
  makeLiquibase();
  addToLiquibase("1", "0001_users.sql", "FAILED");
  EXPECT_THAT(refusal(ForeignTool::Liquibase), HasSubstr("\n0001_users.sql::1::ada: it failed"));
}

TEST_P(AdoptGolangMigrate, TakesEveryVersionUpToItsOwn) {
  writeVersions({"000001_users", "000002_orders", "000003_items"});
  makeGolangMigrate();
  EXPECT_EQ(take(ForeignTool::GolangMigrate), "");
  run("insert into schema_migrations values (2, false)");
  EXPECT_EQ(take(ForeignTool::GolangMigrate), "000001 applied, 000002 applied");
  EXPECT_EQ(standings(), "000001 applied, 000002 applied, 000003 pending");
}

TEST_P(AdoptGolangMigrate, TakesAVersionThatHasNoFile_WithThoseBelowIt) {
  writeVersions({"000001_users", "000007_items"});
  makeGolangMigrate();
  run("insert into schema_migrations values (5, false)");
  EXPECT_EQ(take(ForeignTool::GolangMigrate), "000001 applied, 5 applied");
  EXPECT_EQ(standings(), "000001 applied, 5 missing, 000007 pending");
}

TEST_P(AdoptGolangMigrate, RefusesADirtyVersion_AndSaysHowToCleanIt) {
  writeVersions({"000001_users"});
  makeGolangMigrate();
  run("insert into schema_migrations values (1, true)");
  EXPECT_THAT(refusal(ForeignTool::GolangMigrate),
              AllOf(HasSubstr("version 1 as dirty"), HasSubstr("migrate force 1")));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(AdoptGolangMigrate, RefusesATableOfManyRows) {
  makeGolangMigrate();
  run("insert into schema_migrations values (1, false), (2, false)");
  EXPECT_THAT(refusal(ForeignTool::GolangMigrate), HasSubstr("holds 2 rows"));
}

TEST_P(AdoptGoose, TakesWhatTheNewestRowOfAVersionSays) {
  writeVersions({"00001_users", "00002_orders", "00003_items"});
  makeGoose();
  addToGoose(1, true);
  addToGoose(2, true);
  addToGoose(3, true);
  addToGoose(3, false);
  addToGoose(2, false);
  addToGoose(2, true);
  EXPECT_EQ(take(ForeignTool::Goose), "00001 applied, 00002 applied");
  EXPECT_EQ(standings(), "00001 applied, 00002 applied, 00003 pending");
  EXPECT_EQ(toRfc3339(attempts()[0].entry.appliedAt), "2025-06-07T08:09:10.000Z");
}

TEST_P(AdoptSqitch, FindsFilesByName_AReworkedChangeOnceForEachTime) {
  writeVersions({"0001_users", "0002_add_orders", "0003_users", "0004_users"});
  makeSqitch();
  addToSqitch("users");
  addToSqitch("add-orders");
  addToSqitch("users");
  EXPECT_EQ(take(ForeignTool::Sqitch), "0001 applied, 0002 applied, 0003 applied");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied, 0004 pending");
  const Attempt first = attempts()[0];
  EXPECT_EQ(first.entry.appliedBy, "Ada <ada@example.com>");
  EXPECT_EQ(toRfc3339(first.entry.appliedAt), "2026-11-21T19:56:31.332Z");
}

TEST_P(AdoptSqitch, NamesEachChangeThatHasNoFile_AndTakesNothing) {
  writeVersions({"0001_users"});
  makeSqitch();
  addToSqitch("users");
  addToSqitch("orders");
  addToSqitch("users");
  EXPECT_THAT(refusal(ForeignTool::Sqitch),
              AllOf(HasSubstr("--in-order"), HasSubstr("\norders: "), HasSubstr("\nusers: ")));
  EXPECT_FALSE(has("schema_version"));
}

TEST_P(AdoptSqitch, TakesTheFoldersFirstVersions_InTheOrderOfThePlan) {
  writeVersions({"0001_people", "0002_purchases", "0003_next"});
  makeSqitch();
  addToSqitch("users");
  addToSqitch("orders");
  EXPECT_EQ(take(ForeignTool::Sqitch, {.inOrder = true}), "0001 applied, 0002 applied");
}

TEST_P(AdoptSqitch, SaysWhereTheTablesMayBeElse_WhereThereAreNone) {
  EXPECT_THAT(refusal(ForeignTool::Sqitch),
              AllOf(HasSubstr("no table sqitch.changes or changes"), HasSubstr("a file of their own")));
}

TEST_P(AdoptSqitch, AsksWhichProject_WhereThereAreSeveral) {
  writeVersions({"0001_users"});
  makeSqitch();
  addToSqitch("users");
  addToSqitch("other", "billing");
  EXPECT_THAT(refusal(ForeignTool::Sqitch), AllOf(HasSubstr("billing, shop"), HasSubstr("--project")));
  EXPECT_THAT(refusal(ForeignTool::Sqitch, {.project = "shopp"}), HasSubstr("project shopp"));
  EXPECT_EQ(take(ForeignTool::Sqitch, {.project = "shop"}), "0001 applied");
}

}  // namespace
}  // namespace hotswap::versioned
