// Dividing a script of SQLite, places in the text, and what is no SQL at all.
#include "db/sqlite/sqlite_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

namespace hotswap::db::sqlite {
namespace {

using testing::HasSubstr;

ParsedScript parse(std::string_view script) { return SqliteScript().parse(script); }

using Texts = std::vector<std::string>;

Texts texts(std::string_view script) {
  const ParsedScript parsed = parse(script);
  EXPECT_FALSE(parsed.error) << script << ": " << parsed.error->message;
  Texts result;
  for (const auto& statement : parsed.statements) result.push_back(statement.sql);
  return result;
}

TEST(SqliteScript, FindsNothing_InAnEmptyScript) {
  for (const char* script : {"", " \n\t\f", ";", ";;\n;", "-- comment", "/* a */", "-- a\n;\n/* b */;", "/* no end"}) {
    EXPECT_TRUE(texts(script).empty()) << script;
  }
}

TEST(SqliteScript, TakesTheLastStatement_WithoutASemicolon) {
  EXPECT_EQ(texts("select 1;\nselect 2"), (Texts{"select 1", "select 2"}));
}

TEST(SqliteScript, LeavesOutCommentsAroundAStatement_AndKeepsThoseInside) {
  EXPECT_EQ(texts("-- one; two\nselect 1;\n/* three; */ select /* x; */ 2 -- four;\n ; -- five\n"),
            (Texts{"select 1", "select /* x; */ 2"}));
}

TEST(SqliteScript, EndsACommentAtItsFirstEnd_AsCommentsDontNest) {
  EXPECT_EQ(texts("/* /* */ select 1; select 2"), (Texts{"select 1", "select 2"}));
  EXPECT_EQ(texts("/*/ select 0; */ select 1"), (Texts{"select 1"}));
}

TEST(SqliteScript, KeepsSemicolonsThatEndNothing) {
  const std::string first = R"(select ';', "a;", `b;`, [c;], 'it''s;', "d"";")";
  EXPECT_EQ(texts(first + "; select 2"), (Texts{first, "select 2"}));
}

TEST(SqliteScript, EndsANameInSquareBrackets_AtTheFirstClosingOne) {
  EXPECT_EQ(texts("select 1 as [a'; --b]; select 2 as [c[]"), (Texts{"select 1 as [a'; --b]", "select 2 as [c[]"}));
}

struct TriggerText {
  const char* name;
  const char* sql;
};

class SqliteTrigger : public testing::TestWithParam<TriggerText> {};

TEST_P(SqliteTrigger, IsOneStatement) {
  const std::string sql = GetParam().sql;
  EXPECT_EQ(texts("select 1; " + sql + "; select 2;"), (Texts{"select 1", sql, "select 2"}));
  EXPECT_EQ(texts("explain " + sql + "; select 2"), (Texts{"explain " + sql, "select 2"}));
  EXPECT_EQ(texts(sql), (Texts{sql}));
}

INSTANTIATE_TEST_SUITE_P(
    SqliteScript, SqliteTrigger,
    testing::Values(
        TriggerText{"TwoStatements", "create trigger x after insert on t begin select 1; delete from t; end"},
        TriggerText{"Temporary", "create temp trigger x after insert on t begin select 1; end"},
        TriggerText{"TemporaryInFull", "CREATE TEMPORARY TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END"},
        TriggerText{"CaseInside",
                    "create trigger x after insert on t begin update t set a = case when 1 then 2 end; select 3; end"},
        TriggerText{"CaseInWhen",
                    "create trigger x after insert on t when case 1 when 1 then 1 end begin select 1; end"},
        TriggerText{"EndInString", "create trigger x after insert on t begin select '; end;'; select \"; end;\"; end"},
        TriggerText{"EndInComment",
                    "create trigger x after insert on t begin select 1; /* end; */ select 2; -- end;\nend"},
        TriggerText{"CommentBeforeEnd", "create trigger x after insert on t begin select 1; /* ; */ end"},
        TriggerText{"NamedTrigger", "create trigger trigger after insert on t begin select 1; end"},
        TriggerText{"OnAView", "create trigger x instead of update of a on v begin select 1; end"},
        TriggerText{"CommentsBetween", "create /* ; */ trigger if not exists x delete on t begin select 1; end"}),
    [](const auto& one) { return one.param.name; });

TEST(SqliteScript, EndsOtherStatementsAtASemicolon_ThoughTheyHoldTheWordTrigger) {
  EXPECT_EQ(texts("create table trigger (a); drop trigger x; create view v as select 1 as trigger; select 2").size(),
            4U);
  EXPECT_EQ(texts("create table \"trigger\" (a); select 1").size(), 2U);
}

TEST(SqliteScript, DividesAsTheLibraryDoes) {
  // Each text up to the end of a statement is complete to sqlite3_complete, and none before.
  const std::string script =
      "create trigger x after insert on t begin select ';'; select [;]; end; select \"a;b\"; explain create trigger y "
      "delete on t begin select case 1 when 1 then 2 end; end; -- c;\nselect 3; create temp table z (a /* ; */ );";
  std::vector<std::size_t> expected;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < script.size(); ++at) {
    if (script[at] != ';' || sqlite3_complete(script.substr(begin, at + 1 - begin).c_str()) == 0) continue;
    expected.push_back(at);
    begin = at + 1;
  }
  std::vector<std::size_t> found;
  for (const auto& statement : parse(script).statements) {
    found.push_back(script.find(';', statement.offset + statement.sql.size()));
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.size(), 5U);
}

TEST(SqliteScript, CountsLinesAndCharacters) {
  const auto statements = parse("-- é\n  select 'ü'; select 2;\r\n\r\n\t/* x */ select\n3").statements;
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].position, (Position{2, 3}));
  EXPECT_EQ(statements[0].offset, 8U);
  EXPECT_EQ(statements[1].position, (Position{2, 15}));
  EXPECT_EQ(statements[2].position, (Position{4, 10}));
  EXPECT_EQ(statements[2].sql, "select\n3");
}

TEST(SqliteScript, PassesOverAByteOrderMark) {
  const auto statements = parse("\xEF\xBB\xBFselect 1;\nselect 2").statements;
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].offset, 3U);
  EXPECT_EQ(statements[0].position, (Position{1, 1}));
  EXPECT_EQ(statements[1].position, (Position{2, 1}));
  EXPECT_TRUE(texts("\xEF\xBB\xBF").empty());
}

struct Broken {
  const char* name;
  std::string script;
  std::string message;
  std::string at;  ///< the text the error points at, up to the end of the script; empty for its end
};

class SqliteBroken : public testing::TestWithParam<Broken> {};

TEST_P(SqliteBroken, IsPointedAt) {
  const std::string script = "select 1;\n" + GetParam().script;
  const ParsedScript parsed = parse(script);
  ASSERT_TRUE(parsed.error);
  EXPECT_TRUE(parsed.statements.empty());
  EXPECT_THAT(parsed.error->message, HasSubstr(GetParam().message));
  EXPECT_EQ(script.substr(parsed.error->offset), GetParam().at);
  EXPECT_EQ(parsed.error->position, positionOf(script, parsed.error->offset));
}

INSTANTIATE_TEST_SUITE_P(
    SqliteScript, SqliteBroken,
    testing::Values(
        Broken{"Keyword", "selct 2", "near \"selct\": syntax error", "selct 2"},
        Broken{"SecondStatement", "select 'ü'; create table t (a,, b); select 3", "near \",\": syntax error",
               ", b); select 3"},
        Broken{"Incomplete", "select (1", "incomplete input", ""},
        Broken{"StringWithoutEnd", "select 'abc; select 2;", "unrecognized token", "'abc; select 2;"},
        Broken{"StrangeCharacter", "select 1 ! 2", "unrecognized token: \"!\"", "! 2"},
        Broken{"Nested", "select " + std::string(400, '(') + "1" + std::string(400, ')'), "parser stack overflow",
               "select " + std::string(400, '(') + "1" + std::string(400, ')')},
        Broken{"TableOption", "create table t (a) without columns", "unknown table option: columns",
               "create table t (a) without columns"},
        Broken{"TriggerOfAMissingTable", "create trigger x after insert on nowhere begin select 1,; end;",
               "near \";\": syntax error", "; end;"},
        Broken{"TriggerOfAMissingView", "create trigger x instead of insert on nowhere begin selct 1; end;",
               "near \"selct\": syntax error", "selct 1; end;"},
        Broken{"TriggerInTemp", "create temp trigger x after insert on temp.nowhere begin selct 1; end;", "near",
               "selct 1; end;"},
        Broken{"TriggerWithoutEnd", "create trigger x after insert on t begin select 1; select 2;", "incomplete input",
               ";"},
        Broken{"ColumnOfAMissingTable", "alter table nowhere add column a default (;", "incomplete input", ";"},
        Broken{"ShellCommand", ".mode column\nselect 1;", "commands of the sqlite3 shell", ".mode column\nselect 1;"}),
    [](const auto& one) { return one.param.name; });

TEST(SqliteScript, TakesWhatOnlyTheSchemaCouldRefuse) {
  for (const char* script :
       {"select * from nowhere", "insert into nowhere (a) values (1)", "drop table nowhere", "select absent(1)",
        "alter table nowhere add column a int not null", "alter table nowhere rename column a to b",
        "create trigger x after insert on nowhere begin insert into absent values (new.a); end",
        "create index i on nowhere (a)", "create table t (a, a)", "update nowhere set a = 1 returning b",
        "create table t (a); create table t (a)", "select 1 collate absent", "attach 'x' as y", "vacuum",
        "create virtual table v using absent(a)", "rollback to absent", "select ?1, :a, $1"}) {
    EXPECT_FALSE(parse(script).error) << script;
  }
}

TEST(SqliteScript, RunsNothingOfIt) {
  // The heap limits are the process's own, and pragmas take effect while they are compiled.
  const sqlite3_int64 before = sqlite3_soft_heap_limit64(-1);
  EXPECT_EQ(texts("pragma soft_heap_limit = 123456789; pragma foreign_keys = on;").size(), 2U);
  EXPECT_EQ(sqlite3_soft_heap_limit64(-1), before);
}

TEST(SqliteScript, RefusesNulBytesAndWhatIsNotUtf8_AndSaysWhere) {
  const auto nul = parse(std::string_view("select 1;\nselect '\0'", 19));
  ASSERT_TRUE(nul.error);
  EXPECT_THAT(nul.error->message, HasSubstr("NUL"));
  EXPECT_EQ(nul.error->offset, 18U);
  const auto broken = parse("select 'ä';\nselect 'ü\xC3'");
  ASSERT_TRUE(broken.error);
  EXPECT_THAT(broken.error->message, HasSubstr("UTF-8"));
  EXPECT_EQ(broken.error->offset, 23U);
  EXPECT_EQ(broken.error->position, (Position{2, 10}));
}

TEST(SqliteScript, RefusesMoreStatementsThanAreTaken_AndCountsThem) {
  std::string script;
  for (std::size_t i = 0; i < mostStatements; ++i) script += "select 1;\n";
  EXPECT_EQ(parse(script).statements.size(), mostStatements);
  const auto tooMany = parse(script + "select 2; select 3");
  ASSERT_TRUE(tooMany.error);
  EXPECT_EQ(tooMany.error->statementsInAll, mostStatements + 2);
  EXPECT_EQ(tooMany.error->offset, script.size());
}

TEST(SqliteScript, TakesAScriptOfTwentyMegabytes) {
  const std::string row = "insert into t values (1, 'some; text', x'00ff'); -- said; done\n";
  std::string script;
  constexpr std::size_t lines = 5'000;
  const std::string filling(4'000, 'x');
  for (std::size_t i = 0; i < lines; ++i) script += "/* " + filling + " */" + row;
  ASSERT_GT(script.size(), 20'000'000U);
  const auto statements = parse(script).statements;
  ASSERT_EQ(statements.size(), lines);
  EXPECT_EQ(statements.back().position.line, static_cast<int>(lines));
  // As one statement: a trigger that never ends.
  EXPECT_EQ(parse("create trigger x after insert on t begin\n" + script + "end;").statements.size(), 1U);
}

}  // namespace
}  // namespace hotswap::db::sqlite
