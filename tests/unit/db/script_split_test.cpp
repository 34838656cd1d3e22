// Splitting by the grammar, places in the text, and what is no SQL at all.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "db/postgres/postgres_script.h"
#include "db/sqlite/sqlite_script.h"

namespace hotswap::db {
namespace {

ParsedScript parse(std::string_view script) { return postgres::PostgresScript().parse(script); }

std::vector<std::string> texts(std::string_view script) {
  std::vector<std::string> result;
  for (const auto& statement : parse(script).statements) result.push_back(statement.sql);
  return result;
}

using Texts = std::vector<std::string>;

TEST(ScriptSplit, FindsNothing_InAnEmptyScript) {
  for (const char* script : {"", " \n\t", ";", ";;\n;", "-- comment", "/* a /* b */ c */", "-- a\n;\n/* b */;"}) {
    EXPECT_TRUE(parse(script).statements.empty()) << script;
    EXPECT_FALSE(parse(script).error) << script;
  }
}

TEST(ScriptSplit, TakesTheLastStatement_WithoutASemicolon) {
  EXPECT_EQ(texts("select 1;\nselect 2"), (Texts{"select 1", "select 2"}));
}

TEST(ScriptSplit, LeavesOutLeadingCommentsAndTheSemicolon) {
  EXPECT_EQ(texts("-- one; two\nselect 1;\n/* three; /* four; */ */ select 2 ; -- five\n"),
            (Texts{"select 1", "select 2"}));
}

/// The statements before which a comment asks for a commit.
Texts begun(const Script& language, std::string_view script) {
  Texts result;
  for (const auto& statement : language.parse(script).statements) {
    if (statement.beginsUnit) result.push_back(statement.sql);
  }
  return result;
}

TEST(ScriptSplit, CommitsBeforeAStatement_WhereACommentAsksForIt) {
  const std::string script =
      "-- hotswap: commit\nselect 1; -- hotswap: commit\nselect 2;\nselect '-- hotswap: commit';\n"
      "/* hotswap:commit */ select 3 -- hotswap: commit\n, 4;\n-- hotswap: commit now\nselect 5;\n-- hotswap: commit";
  EXPECT_EQ(begun(postgres::PostgresScript(), script),
            (Texts{"select 1", "select 2", "select 3 -- hotswap: commit\n, 4", "select 5"}));
  EXPECT_EQ(begun(sqlite::SqliteScript(), "select 1;\n-- hotswap: commit\nselect 2;"), Texts{"select 2"});
}

TEST(ScriptSplit, KeepsSemicolonsThatEndNothing) {
  EXPECT_EQ(texts("select ';', \";\", $$;$$, $a$ $$; $a$, e'\\';', U&';' ; select 2"),
            (Texts{"select ';', \";\", $$;$$, $a$ $$; $a$, e'\\';', U&';'", "select 2"}));
  EXPECT_EQ(texts("create function f() returns int begin atomic select 1; select 2; end; select 3").size(), 2U);
  EXPECT_EQ(texts("create rule r as on insert to t do also (select 1; select 2); select 3").size(), 2U);
  EXPECT_EQ(
      texts("create function f() returns void language plpgsql as $$ begin a := 1; b := 2; end; $$; select 1").size(),
      2U);
}

TEST(ScriptSplit, CountsLinesAndCharacters) {
  const auto statements = parse("-- é\n  select 'ü'; select 2;\r\n\r\n\t/* x */ select\n3").statements;
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].position, (Position{2, 3}));
  EXPECT_EQ(statements[0].offset, 8U);
  EXPECT_EQ(statements[1].position, (Position{2, 15}));
  EXPECT_EQ(statements[2].position, (Position{4, 10}));
  EXPECT_EQ(statements[2].sql, "select\n3");
}

TEST(ScriptSplit, PassesOverAByteOrderMark) {
  const auto statements = parse("\xEF\xBB\xBFselect 1;\nselect 2").statements;
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].sql, "select 1");
  EXPECT_EQ(statements[0].offset, 3U);
  EXPECT_EQ(statements[0].position, (Position{1, 1}));
  EXPECT_EQ(statements[1].position, (Position{2, 1}));
  EXPECT_TRUE(parse("\xEF\xBB\xBF").statements.empty());
}

TEST(ScriptSplit, OffsetsPointAtTheStatementInTheScript) {
  const std::string script = "/* ü */ create table t (a int); -- x\n\n(select 1) ;; values ('ß'); table t";
  for (const auto& statement : parse(script).statements) {
    EXPECT_EQ(script.substr(statement.offset, statement.sql.size()), statement.sql);
    EXPECT_EQ(positionOf(script, statement.offset), statement.position);
  }
  EXPECT_EQ(parse(script).statements.size(), 4U);
}

struct Broken {
  std::string script;
  std::size_t offset;
  Position position;
};

class BrokenScript : public testing::TestWithParam<Broken> {};

TEST_P(BrokenScript, IsRefusedAtItsPlace) {
  const ParsedScript parsed = parse(GetParam().script);
  ASSERT_TRUE(parsed.error);
  EXPECT_TRUE(parsed.statements.empty());
  EXPECT_FALSE(parsed.error->message.empty());
  EXPECT_EQ(parsed.error->offset, GetParam().offset);
  EXPECT_EQ(parsed.error->position, GetParam().position);
}

INSTANTIATE_TEST_SUITE_P(
    Places, BrokenScript,
    testing::Values(Broken{"selct 1", 0, {1, 1}}, Broken{"select 1;\nselct 2", 10, {2, 1}},
                    Broken{"select 'é' frm t", 16, {1, 16}}, Broken{"-- ünïcödé\r\nselect from from", 28, {2, 13}},
                    Broken{"create table t (a int", 21, {1, 22}}, Broken{"create table t (a int;", 21, {1, 22}},
                    Broken{"select 'open", 7, {1, 8}}, Broken{"select $a$ open", 7, {1, 8}},
                    Broken{"select 1; /* open", 10, {1, 11}}, Broken{"select \"open", 7, {1, 8}},
                    Broken{"\xEF\xBB\xBFselct", 3, {1, 1}},
                    Broken{std::string("select 1;\nselect \0 2", 20), 17, {2, 8}},
                    Broken{"select 'é\xff'", 10, {1, 10}}, Broken{"select '\xc3", 8, {1, 9}},
                    Broken{std::string("\xff\xfes\0e", 5), 0, {1, 1}},
                    Broken{"copy t from stdin;\n1\t2\n\\.\n", 19, {2, 1}}, Broken{"select 1 + ", 11, {1, 12}}));

TEST(ScriptSplit, SaysThatCommandsOfPsqlAreNoSql) {
  for (const char* script : {"\\c other", "select 1;\n\\i file.sql", "select 1 \\gset"}) {
    const auto error = parse(script).error;
    ASSERT_TRUE(error) << script;
    EXPECT_NE(error->message.find("psql"), std::string::npos) << script;
  }
  EXPECT_EQ(parse("selct 1").error->message.find("psql"), std::string::npos);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(ScriptSplit, RefusesWhatIsNestedTooDeeply_InsteadOfFalling) {
  const std::size_t deep = 200'000;
  for (const auto& script :
       {"select " + repeated("(", deep) + "1" + repeated(")", deep), "select 1" + repeated("+1", deep),
        "select " + repeated("not ", deep) + "true", "select 1" + repeated(" union select 1, 2", deep / 10),
        "select " + repeated("case when a then b else ", deep / 10) + "1" + repeated(" end", deep / 10),
        "select " + repeated("[", deep), "select 1" + repeated("::int", deep / 10),
        "select 1 from a" + repeated(" join b on true and true", deep / 10),
        repeated("select * from (", deep / 10) + "t" + repeated(") x", deep / 10)}) {
    EXPECT_TRUE(parse(script).error) << script.substr(0, 40);
  }
}

TEST(ScriptSplit, RefusesEndlessOperators_ThatWouldTakeTheLexerForever) {
  EXPECT_TRUE(parse(repeated("/*", 100'000)).error);
  EXPECT_TRUE(parse("select 1 " + repeated("+", 100'000) + " 1").error);
}

TEST(ScriptSplit, TakesWhatIsLongButFlat) {
  EXPECT_EQ(parse("insert into t values (1, 'a')" + repeated(", (1, 'a')", 50'000)).statements.size(), 1U);
  EXPECT_EQ(parse("select 1 where a = 1" + repeated(" or a = 2 and b = 3", 20'000)).statements.size(), 1U);
  EXPECT_EQ(parse("select 'x'" + repeated(" || 'x'", 1'000)).statements.size(), 1U);
  EXPECT_EQ(parse("select 1, 2" + repeated(" union all select 1, 2", 1'000)).statements.size(), 1U);
  EXPECT_EQ(parse("select $$" + repeated("((((", 100'000) + "$$").statements.size(), 1U);
  EXPECT_EQ(parse("-- " + repeated("=", 4'000) + "\nselect 1").statements.size(), 1U);
}

TEST(ScriptSplit, FindsThePlacesOfManyStatements) {
  const auto statements = parse(repeated("select 1;\n", mostStatements)).statements;
  ASSERT_EQ(statements.size(), mostStatements);
  EXPECT_EQ(statements.back().position, (Position{10'000, 1}));
}

TEST(ScriptSplit, RefusesAScriptOfTooManyStatements_BeforeItIsParsed) {
  // The first statement is broken: nobody has looked at it.
  const ParsedScript parsed = parse("create tabel x ();\n" + repeated("select 1;\n", mostStatements));
  ASSERT_TRUE(parsed.error);
  EXPECT_EQ(parsed.error->statementsInAll, mostStatements + 1);
  EXPECT_EQ(parsed.error->message, "the script has 10001 statements, at most 10000 are taken");
  EXPECT_EQ(parsed.error->position, (Position{10'001, 1}));
  EXPECT_TRUE(parsed.statements.empty());
}

TEST(ScriptSplit, CountsStatements_NotSemicolons) {
  EXPECT_EQ(parse("select '" + repeated(";", 2 * mostStatements) + "'").statements.size(), 1U);
  EXPECT_EQ(parse("select 1" + repeated(";", 2 * mostStatements)).statements.size(), 1U);
  EXPECT_EQ(parse("-- " + repeated(";", 2 * mostStatements) + "\nselect 1").statements.size(), 1U);
}

TEST(ScriptSplit, SaysWhatIsWrong_WhereStatementsCanNotBeCounted) {
  const ParsedScript parsed = parse(repeated("select 1;\n", 2 * mostStatements) + "select 'open");
  ASSERT_TRUE(parsed.error);
  EXPECT_EQ(parsed.error->statementsInAll, 0U);
  EXPECT_EQ(parsed.error->position, (Position{20'001, 8}));
}

TEST(ScriptSplit, GivesEightThreadsTheSameAnswer) {
  const std::string good = "create table t (a int); create index concurrently i on t (a); select 'é';";
  const std::string bad = "create table t (a int); selct";
  std::vector<int> wrong(8, 0);
  std::vector<std::jthread> threads;
  for (int& mistakes : wrong) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const ParsedScript parsed = parse(good);
        if (parsed.error || parsed.statements.size() != 3 || parsed.statements[1].kind != "CREATE INDEX") ++mistakes;
        const ParsedScript refused = parse(bad);
        if (!refused.error || refused.error->offset != 24) ++mistakes;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, std::vector<int>(8, 0));
}

TEST(ScriptSplit, SurvivesScriptsCutAndMixedAtRandom) {
  const std::string source =
      "create table \"T\" (a int primary key, b text default $x$;$x$); -- c\nalter table t add c int, drop d; /* é */ "
      "select 'ü;' from t; "
      "create function f() returns int begin atomic select 1; end; copy t from stdin; merge into t using s on true "
      "when matched then delete;";
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string script = source.substr(0, random() % source.size());
    for (int change = 0; change < 3; ++change) {
      if (!script.empty()) script[random() % script.size()] = static_cast<char>(random() % 256);
    }
    const ParsedScript parsed = parse(script);
    EXPECT_TRUE(!parsed.error || parsed.statements.empty());
    for (const auto& statement : parsed.statements)
      EXPECT_EQ(script.substr(statement.offset, statement.sql.size()), statement.sql);
  }
}

}  // namespace
}  // namespace hotswap::db
