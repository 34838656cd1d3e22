// Texts that mean the same to SQLite have one form; texts that mean something else have another.
#include "db/sqlite/sqlite_normal_form.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "db/sqlite/sqlite_index_form.h"
#include "db/sqlite/sqlite_table_text.h"

namespace hotswap::db::sqlite {
namespace {

std::string form(std::string_view sql) { return normalForm(Lexer(sql), {"id", "Note"}); }

TEST(NormalForm, LeavesOutCommentsAndWhiteSpace_AndFoldsKeywords) {
  EXPECT_EQ(form("select  a -- b\n ,/* c */b\tFrom t Where( a>1 )"), "SELECT a, b FROM t WHERE (a > 1)");
  EXPECT_EQ(form("case when a is not null then count ( * ) end"), "CASE WHEN a IS NOT NULL THEN count(*) END");
}

TEST(NormalForm, KeepsStringsBlobsAndNumbersAsTheyAre) {
  EXPECT_EQ(form("'It''s  --x' || x'0aFF' + 1.50e3"), "'It''s  --x' || x'0aFF' + 1.50e3");
}

TEST(NormalForm, WritesSignsAtTheirNumbers_ButNeverAComment) {
  EXPECT_EQ(form("a > - 1"), "a > -1");
  EXPECT_EQ(form("a>-1"), "a > -1");
  EXPECT_EQ(form("a-1"), "a - 1");
  EXPECT_EQ(form("(a)-(b)"), "(a) - (b)");
  EXPECT_EQ(form("- - 1"), "- -1");
  EXPECT_EQ(form("a - -1"), "a - -1");
  EXPECT_EQ(form("a -(-b)"), "a - (-b)");
}

TEST(NormalForm, TakesQuotesOff_WhereOnlyANameCanStand) {
  for (const char* sql : {"select t.a from \"t\"", "select [t].[a] from `t`", R"(SELECT "t"."a" FROM t)"}) {
    EXPECT_EQ(form(sql), "SELECT t.a FROM t") << sql;
  }
  EXPECT_EQ(form(R"(select 1 as "b" from [a b])"), "SELECT 1 AS b FROM \"a b\"");
}

TEST(NormalForm, KeepsDoubleQuotes_WhereSqliteMayReadAString) {
  EXPECT_EQ(form("select \"a\" from t"), "SELECT \"a\" FROM t");
  EXPECT_EQ(form("a is distinct from \"b\""), "a IS DISTINCT FROM \"b\"");
  EXPECT_NE(form("\"a\" = 1"), form("a = 1"));
}

TEST(NormalForm, WritesTheTablesOwnColumnsAsTheTableDoes) {
  for (const char* sql : {"note > 0", "\"NOTE\" > 0", "[Note] > 0"}) EXPECT_EQ(form(sql), "Note > 0") << sql;
  EXPECT_EQ(form("note(1)"), "note(1)");
}

TEST(NormalForm, KeepsTheQuotesOfKeywordsAndStrangeNames) {
  EXPECT_EQ(form("from [select], [a b], `c\"d`, t"), "FROM \"select\", \"a b\", \"c\"\"d\", t");
  EXPECT_EQ(form("from \"true\""), "FROM \"true\"");
}

TEST(NormalForm, KeepsTheCaseOfAKeywordThatIsAName) {
  EXPECT_EQ(form("select Key, t.Action, 1 as Desc from t order by a desc"),
            "SELECT Key, t.Action, 1 AS Desc FROM t ORDER BY a DESC");
}

TEST(NormalForm, IsItsOwnNormalForm) {
  for (const char* sql : {"select \"a\", [b c], - - 1, x'00', cast ( a as text ) from t", "a>-1 and not(b)",
                          "exists(select 1 from (values(1),(2)))", "a in(1,2) or b not   between 1 and 2"}) {
    EXPECT_EQ(form(form(sql)), form(sql)) << sql;
  }
}

TEST(NormalForm, BreaksLinesInTheBodyOfATrigger) {
  EXPECT_EQ(normalForm(Lexer("when 1 begin update t set a=1;select case 1 when 1 then 2 end;end"), {}, Layout::Lines),
            "WHEN 1 BEGIN\n  UPDATE t SET a = 1;\n  SELECT CASE 1 WHEN 1 THEN 2 END;\nEND");
}

TEST(IndexForm, LeavesOutAsc_WhereItSaysHowToSort) {
  EXPECT_EQ(indexForm(Lexer("( a ASC, b desc,lower(c) asc) where d>0")), "(a, b DESC, lower(c)) WHERE d > 0");
  EXPECT_EQ(indexForm(Lexer("(asc, b)")), "(asc, b)");
}

/// Everything of a table on one line.
std::string table(std::string_view sql) {
  const auto read = readTable(sql);
  if (!read) return "not understood";
  std::string result;
  for (const ColumnText& column : read->columns) {
    result += column.name + "|" + column.type + "|" + column.properties + "\n";
  }
  for (const ConstraintText& constraint : read->constraints) {
    result += constraint.name + ":" + constraint.definition + "\n";
  }
  if (read->strict) result += "strict\n";
  if (read->withoutRowid) result += "without rowid\n";
  return result;
}

TEST(TableText, ReadsColumns) {
  EXPECT_EQ(table("CREATE TABLE t(a, \"b c\" unsigned  big int, c VARCHAR( 10 ) COLLATE nocase NOT NULL DEFAULT 'x', "
                  "d decimal(10,2) default -1.5, e default (1+2) not null)"),
            "a||\n"
            "b c|unsigned big int|\n"
            "c|VARCHAR(10)|COLLATE nocase NOT NULL DEFAULT 'x'\n"
            "d|decimal(10, 2)|DEFAULT -1.5\n"
            "e||NOT NULL DEFAULT (1 + 2)\n");
}

TEST(TableText, ReadsGeneratedColumns) {
  EXPECT_EQ(table("CREATE TABLE t(a int, b int generated always as (a*2), c as (\"A\"||'x') stored)"),
            "a|int|\n"
            "b|int|GENERATED ALWAYS AS (a * 2) VIRTUAL\n"
            "c||GENERATED ALWAYS AS (a || 'x') STORED\n");
}

TEST(TableText, GivesAConstraintOneForm_WhereverItIsWritten) {
  const std::string behindColumns =
      "CREATE TABLE t(a integer primary key autoincrement, b unique on conflict ignore check (b>0), "
      "c references p(x) on delete cascade on update no action deferrable initially deferred)";
  const std::string behindAll =
      "CREATE TABLE t(a integer, b, c, primary key (a autoincrement), unique (\"B\" asc) on conflict ignore "
      "check (b > 0), foreign key (c) references \"p\" (x) on delete cascade deferrable initially deferred not null)";
  const std::string expected =
      "a|integer|\nb||\nc||\n"
      ":PRIMARY KEY (a AUTOINCREMENT)\n"
      ":UNIQUE (b) ON CONFLICT IGNORE\n"
      ":CHECK (b > 0)\n"
      ":FOREIGN KEY (c) REFERENCES p(x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED\n";
  EXPECT_EQ(table(behindColumns), expected);
  EXPECT_EQ(table(behindAll.substr(0, behindAll.rfind(" not null")) + ")"), expected);
}

TEST(TableText, LeavesOutWhatGoesWithoutSaying) {
  EXPECT_EQ(table("CREATE TABLE t(a text null default (5), b references p on delete no action not deferrable "
                  "initially deferred, c not null on conflict abort, check (a) on conflict fail)"),
            table("CREATE TABLE t(a text default 5, b references p match full, c not null, check(a))"));
}

TEST(TableText, TellsWhatIsDifferentToSqlite) {
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"CREATE TABLE t(a integer primary key)", "CREATE TABLE t(a integer primary key desc)"},
      {"CREATE TABLE t(a integer, primary key (a desc))", "CREATE TABLE t(a integer primary key desc)"},
      {"CREATE TABLE t(a, b, primary key (a, b))", "CREATE TABLE t(a, b, primary key (a, b desc))"},
      {"CREATE TABLE t(a int not null)", "CREATE TABLE t(a int not null on conflict replace)"},
      {"CREATE TABLE t(a default 'b')", "CREATE TABLE t(a default 'B')"},
      {"CREATE TABLE t(a primary key)", "CREATE TABLE t(a primary key) without rowid"},
      {"CREATE TABLE t(a int)", "CREATE TABLE t(a int) strict"},
      {"CREATE TABLE t(a references p deferrable)", "CREATE TABLE t(a references p deferrable initially deferred)"},
      {"CREATE TABLE t(a, b as (a))", "CREATE TABLE t(a, b as (a) stored)"},
      {"CREATE TABLE t(a unique)", "CREATE TABLE t(a constraint u unique)"},
      {"CREATE TABLE t(a, b, unique (a, b))", "CREATE TABLE t(a, b, unique (b, a))"}};
  for (const auto& [one, other] : pairs) EXPECT_NE(table(one), table(other)) << one << " and " << other;
}

TEST(TableText, KeepsTheNamesOfConstraints) {
  EXPECT_EQ(
      table("CREATE TABLE t(a constraint k primary key constraint n not null, constraint c check (a>0) constraint "
            "u unique (a))"),
      "a||NOT NULL\nk:PRIMARY KEY (a)\nc:CHECK (a > 0)\nu:UNIQUE (a)\n");
}

TEST(TableText, IsNotMisledByTextInExpressions) {
  EXPECT_EQ(table("CREATE TABLE \"t(\"(a text default '), check (' check (a <> ');' and a not in ('(', \")\")), b)"),
            "a|text|DEFAULT '), check ('\nb||\n:CHECK (a <> ');' AND a NOT IN ('(', \")\"))\n");
}

TEST(TableText, DoesntGuess_WhereItDoesntUnderstand) {
  for (const char* sql :
       {"CREATE VIRTUAL TABLE t USING fts5(a)", "CREATE TABLE t(a) PARTITION BY a", "CREATE TABLE t(a check)",
        "CREATE TABLE t(a", "CREATE TABLE t(a forever 5)", "CREATE TABLE t AS SELECT 1"}) {
    EXPECT_FALSE(readTable(sql)) << sql;
  }
}

}  // namespace
}  // namespace hotswap::db::sqlite
