// What validation says without a database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "analysis/script_state.h"
#include "analysis/validation.h"
#include "db/postgres/postgres_engine.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ValidationReport check(const std::string& script, std::optional<std::string> back = "select 1") {
  static const auto engine = db::postgres::makeEngine();
  return validateOffline(*engine, {.migrationScript = script, .rollbackScript = std::move(back), .dryRun = false});
}

std::vector<std::string> rules(const ValidationReport& report) {
  std::vector<std::string> names;
  for (const Finding& finding : report.findings) names.push_back(finding.rule);
  return names;
}

TEST(ValidateOffline, FindsNothing_InAGoodScript) {
  const auto report = check("create table t (a bigint primary key)", "drop table t");
  EXPECT_TRUE(report.isValid);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_FALSE(report.dryRun);
  EXPECT_NE(report.validatedAt, TimePoint{});
}

TEST(ValidateOffline, TellsWhereASyntaxErrorStands) {
  const auto report = check("create table t (a bigint primary key);\n  selct 'é'");
  ASSERT_THAT(rules(report), ElementsAre("syntax"));
  EXPECT_FALSE(report.isValid);
  EXPECT_EQ(report.findings[0].severity, Severity::Error);
  EXPECT_EQ(report.findings[0].script, "migrationScript");
  EXPECT_EQ(report.findings[0].line, 2);
  EXPECT_EQ(report.findings[0].column, 3);
  EXPECT_THAT(report.findings[0].message, testing::HasSubstr("selct"));
  EXPECT_THAT(report.statements, IsEmpty());
}

TEST(ValidateOffline, SaysHowManyStatementsAreTooMany) {
  std::string script;
  for (std::size_t i = 0; i <= db::mostStatements; ++i) script += "select 1;\n";
  const auto report = check(script);
  ASSERT_THAT(rules(report), ElementsAre("too-many-statements"));
  EXPECT_EQ(report.findings[0].severity, Severity::Error);
  EXPECT_EQ(report.findings[0].message, "The script has 10001 statements; at most 10000 are taken.");
  EXPECT_EQ(report.findings[0].line, 10'001);
}

TEST(ValidateOffline, ShowsNoPassword_WhichAStatementSets) {
  const auto report = check("create role app login password 'RoleSecret-44'; alter role app password 'RoleSecret-45'");
  ASSERT_EQ(report.statements.size(), 2U);
  EXPECT_EQ(report.statements[0].sql, "create role app login password '****'");
  EXPECT_EQ(report.statements[1].sql, "alter role app password '****'");
}

TEST(ValidateOffline, LooksAtTheWayBackToo) {
  const auto report = check("select 1", "drop table t;\ndrop tabel s");
  ASSERT_THAT(rules(report), ElementsAre("syntax"));
  EXPECT_EQ(report.findings[0].script, "rollbackScript");
  EXPECT_EQ(report.findings[0].line, 2);
  EXPECT_FALSE(report.findings[0].statement);
  EXPECT_THAT(rules(check("select 1", "begin; select 1; commit")),
              ElementsAre("transaction-control", "transaction-control"));
}

TEST(ValidateOffline, RefusesAnEmptyScript) {
  for (const char* script : {"", "  ", ";;", "-- nothing", "/* nothing */"}) {
    const auto report = check(script);
    EXPECT_THAT(rules(report), ElementsAre("empty-script")) << script;
    EXPECT_FALSE(report.isValid);
  }
}

TEST(ValidateOffline, RefusesTransactionControl_AtItsStatement) {
  const auto report = check("select 1;\nbegin;\ncreate table t (a bigint primary key);\ncommit;");
  ASSERT_THAT(rules(report), ElementsAre("transaction-control", "transaction-control"));
  EXPECT_FALSE(report.isValid);
  EXPECT_EQ(report.findings[0].statement, 1U);
  EXPECT_EQ(report.findings[0].line, 2);
  EXPECT_EQ(report.findings[1].statement, 3U);
  for (const char* script :
       {"savepoint a", "rollback", "release a", "rollback to a", "end", "prepare transaction 'a'"}) {
    EXPECT_FALSE(check(script).isValid) << script;
  }
}

TEST(ValidateOffline, RefusesCopyWithTheClient) {
  EXPECT_THAT(rules(check("copy t from stdin")), ElementsAre("copy-stdin"));
  EXPECT_THAT(rules(check("copy t to stdout")), ElementsAre("copy-stdin"));
  EXPECT_THAT(rules(check("copy t from '/file'")), IsEmpty());
}

TEST(ValidateOffline, WarnsOfAMissingWayBack) {
  for (const std::optional<std::string>& back :
       {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>("-- none")}) {
    const auto report = check("create table t (a bigint primary key)", back);
    EXPECT_THAT(rules(report), ElementsAre("no-way-back"));
    EXPECT_TRUE(report.isValid);
  }
}

TEST(ValidateOffline, NumbersTheTransactions) {
  const auto report =
      check("select 1; select 2; vacuum t; create index concurrently i on t (a); select 3; select 4; vacuum t");
  std::vector<std::size_t> units;
  for (const auto& statement : report.statements) units.push_back(statement.unit);
  EXPECT_THAT(units, ElementsAre(0, 0, 1, 2, 3, 3, 4));
  EXPECT_EQ(report.statements[2].kind, "VACUUM");
  EXPECT_FALSE(report.statements[2].transactional);
  EXPECT_EQ(report.statements[2].sql, "vacuum t");
}

TEST(ValidateOffline, NamesWhatIsAffected) {
  const auto report = check(
      "create table app.t (a int); alter table s drop x; drop index i; select * from onlyread; insert into r select * "
      "from q");
  EXPECT_THAT(report.affectedObjects,
              ElementsAre("column s.x", "index i", "table app.t", "table q", "table r", "table s"));
}

class State : public testing::Test {
 protected:
  void run(const std::string& sql) {
    for (const auto& statement : db::postgres::PostgresScript().parse(sql).statements) state.apply(statement);
  }
  static db::ObjectReference object(db::ObjectReference::Kind kind, const std::string& schema, const std::string& name,
                                    const std::string& table = "") {
    db::ObjectReference made;
    made.kind = kind;
    made.schema = schema;
    made.name = name;
    made.table = table;
    return made;
  }
  ScriptState state;
};

using Kind = db::ObjectReference::Kind;

TEST_F(State, KnowsTheLastThingThatHappenedToAName) {
  run("create table t (a int)");
  EXPECT_TRUE(state.isMade(object(Kind::Table, "", "t")));
  run("drop table t");
  EXPECT_FALSE(state.isMade(object(Kind::Table, "", "t")));
  EXPECT_TRUE(state.isDropped(object(Kind::Table, "", "t")));
  run("create table t (a int)");
  EXPECT_TRUE(state.isMade(object(Kind::Table, "", "t")));
}

TEST_F(State, FollowsRenames) {
  run("alter table a rename to b; alter table t rename x to y");
  EXPECT_TRUE(state.isDropped(object(Kind::Table, "", "a")));
  EXPECT_TRUE(state.isMade(object(Kind::Table, "", "b")));
  EXPECT_TRUE(state.isDropped(object(Kind::Column, "", "x", "t")));
  EXPECT_TRUE(state.isMade(object(Kind::Column, "", "y", "t")));
  EXPECT_FALSE(state.isMade(object(Kind::Column, "", "y", "other")));
}

TEST_F(State, TellsSchemasApart_OnlyWhereBothAreNamed) {
  run("create table a.t (x int)");
  EXPECT_TRUE(state.isMade(object(Kind::Table, "a", "t")));
  EXPECT_FALSE(state.isMade(object(Kind::Table, "b", "t")));
  EXPECT_TRUE(state.isMade(object(Kind::Table, "", "t")));
}

TEST_F(State, GivesRelationsOneSpaceOfNames) {
  run("create view v as select 1");
  EXPECT_TRUE(state.isMade(object(Kind::Table, "", "v")));
  EXPECT_TRUE(state.isMade(object(Kind::Index, "", "v")));
  EXPECT_FALSE(state.isMade(object(Kind::Type, "", "v")));
}

TEST_F(State, RemembersWhatCantBeFollowed) {
  EXPECT_FALSE(state.isOpaque());
  run("do $$ begin end $$");
  EXPECT_TRUE(state.isOpaque());
  run("set search_path = a");
  EXPECT_TRUE(state.searchPathChanged());
}

}  // namespace
}  // namespace hotswap::analysis
