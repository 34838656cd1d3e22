// `hotswap lint`: what it reads, how it prints, with which exit code it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "support/command_line.h"
#include "support/temporary_folder.h"

namespace hotswap::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* broken = "create table a (id bigint primary key);\nselect 1 +;\n";

class Lint : public testing::Test {
 protected:
  Lint() {
    engines_.add(db::postgres::makeEngine());
    engines_.add(db::sqlite::makeEngine());
    hotswap_.engines = &engines_;
  }

  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  support::CommandLine::Ran lint(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), "lint");
    return hotswap_(arguments, input);
  }
  [[nodiscard]] std::string folder() const { return folder_.path().string(); }

 private:
  db::Engines engines_;
  support::TemporaryFolder folder_;
  support::CommandLine hotswap_;
};

TEST_F(Lint, FindsNothing_InAHarmlessScript) {
  const auto ran = lint({write("a.sql", "create table a (id bigint primary key);\n")});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_EQ(ran.out, "1 file: nothing found.\n");
}

TEST_F(Lint, JudgesAMigrationKnowingThoseBeforeIt) {
  const std::string widened = "alter table a alter column name type varchar(40);\n";
  write("m/0001_a.up.sql", "create table a (id int primary key, name varchar(20));\n");
  write("m/0001_a.down.sql", "drop table a;\n");
  const std::string second = write("m/0002_wider.up.sql", widened);
  write("m/0002_wider.down.sql", "select 1;\n");
  const auto alone = lint({second});
  EXPECT_THAT(alone.out, HasSubstr("warning change-type-rewrites: ")) << "nobody knows what the type was";
  const auto inOrder = lint({folder() + "/m"});
  EXPECT_THAT(inOrder.out, Not(HasSubstr("change-type-rewrites"))) << "a longer varchar is free";
}

TEST_F(Lint, NamesTheFileOfAFindingWithoutALine) {
  const std::string file = write("m/0001_a.up.sql", "create table a (id int primary key);\n");
  EXPECT_THAT(lint({folder() + "/m"}).out, HasSubstr(" (" + file + ")\n"));
}

TEST_F(Lint, ShowsThePlaceWithACaret) {
  const std::string file = write("a.sql", broken);
  const auto ran = lint({file});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.out, HasSubstr("error syntax: The script is not valid SQL"));
  EXPECT_THAT(ran.out, HasSubstr("(" + file + ":2:11)\n  2 | select 1 +;\n    |           ^\n"));
  EXPECT_THAT(ran.out, HasSubstr("1 file: 1 error, 0 warnings, 0 remarks.\n"));
}

TEST_F(Lint, ShowsWhatToWriteInstead_AndPrintsTheScriptWithIt) {
  const std::string file = write("a.sql", "-- one\nselect 1;\n\ncreate index  on orders(note); -- two\n");
  const std::string safe = "CREATE INDEX CONCURRENTLY orders_note_idx ON orders USING btree (note)";
  EXPECT_THAT(lint({file}).out, HasSubstr("  Safer:\n    " + safe + ";\n"));
  EXPECT_EQ(json::parse(lint({file, "--json"}).out)["files"][0]["findings"][0]["saferScript"], safe + ";\n");
  const auto ran = lint({"--safer", file});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_EQ(ran.out, "-- one\nselect 1;\n\n" + safe + "; -- two\n");
}

TEST_F(Lint, LeavesAScriptAsItIs_WhereNothingIsToBeSafer) {
  const std::string text = "create table a (id int);\r\n\n  create index on a (id)";
  EXPECT_EQ(lint({"--safer", "-"}, text).out, text);
  EXPECT_EQ(lint({"--safer", "-"}, broken).code, ExitCode::failed);
  EXPECT_EQ(lint({"--safer", write("a.sql", text), write("b.sql", text)}).code, ExitCode::wrongUse);
}

TEST_F(Lint, MakesTheForwardPartOfAFileSafer) {
  const std::string file = write("m/20260101120000_a.sql",
                                 "-- migrate:up\ncreate index on orders (note);\n-- migrate:down\ndrop index i;\n");
  EXPECT_EQ(lint({"--safer", folder() + "/m"}).out,
            "-- migrate:up\nCREATE INDEX CONCURRENTLY orders_note_idx ON orders USING btree (note);\n"
            "-- migrate:down\ndrop index i;\n");
}

TEST_F(Lint, ReadsStandardInput_AndSqlOfOtherEngines) {
  EXPECT_THAT(lint({"-"}, broken).out, HasSubstr("<stdin>:2:11"));
  EXPECT_EQ(lint({"-"}, "create table [a] (id int);").code, ExitCode::failed);
  EXPECT_EQ(lint({"-", "--engine", "sqlite"}, "create table [a] (id int);").code, ExitCode::done);
}

TEST_F(Lint, SaysOfWhichFileOfAMigrationItSpeaks) {
  write("m/0001_a.up.sql", "create table a (id bigint primary key);\n");
  const std::string back = write("m/0001_a.down.sql", "\ndrop tabel a;\n");
  write("m/R_views.sql", "create or replace view v as select 1;\n");
  const auto ran = lint({folder() + "/m"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.out, HasSubstr("(" + back + ":2:6)\n  2 | drop tabel a;\n"));
  EXPECT_THAT(ran.out, HasSubstr("3 files: 1 error, 0 warnings, 0 remarks.\n"));
}

TEST_F(Lint, CountsTheLinesOfAFileWithSections) {
  const std::string file =
      write("m/20260101120000_a.sql",
            "-- migrate:up\ncreate table a (id bigint primary key);\n-- migrate:down\n\ndrop tabel a;\n");
  EXPECT_THAT(lint({folder() + "/m"}).out, HasSubstr("(" + file + ":5:6)\n  5 | drop tabel a;\n"));
}

TEST_F(Lint, ReadsTheFolderThatMigrateReads_WhereNoneIsNamed) {
  write("migrations/0001_a.up.sql", "create table a (id bigint primary key);\n");
  const auto present = std::filesystem::current_path();
  std::filesystem::current_path(folder());
  const auto ran = lint({});
  std::filesystem::current_path(present);
  EXPECT_THAT(ran.out, HasSubstr("warning no-way-back"));
}

TEST_F(Lint, LeavesOutWhatACommentAllows_AndSaysSo) {
  write("m/0001_a.up.sql",
        "-- hotswap: allow no-way-back reason=\"first version\"\ncreate table a (id bigint primary key);\n");
  const auto ran = lint({folder() + "/m", "--fail-on", "warning"});
  EXPECT_EQ(ran.code, ExitCode::done);
  EXPECT_EQ(ran.out, "1 file: nothing found; 1 allowed by comments.\n");
  const json document = json::parse(lint({folder() + "/m", "--format", "json"}).out);
  EXPECT_EQ(document["files"][0]["findings"][0]["allowed"], "first version");
  EXPECT_EQ(document["warnings"], 0);
}

TEST_F(Lint, FailsFromTheSeverityOn_ThatIsAskedFor) {
  write("m/0001_a.up.sql", "create table a (id bigint primary key);\n");
  const std::string path = folder() + "/m";
  EXPECT_EQ(lint({path}).code, ExitCode::done);
  EXPECT_EQ(lint({path, "--fail-on", "warning"}).code, ExitCode::failed);
  EXPECT_EQ(lint({path, "--rule", "no-way-back=error"}).code, ExitCode::failed);
  EXPECT_EQ(lint({path, "--rule", "no-way-back=info", "--fail-on", "warning"}).code, ExitCode::done);
  EXPECT_EQ(lint({path, "--rule", "no-way-back=info", "--fail-on", "info"}).code, ExitCode::failed);
  EXPECT_EQ(lint({path, "--rule", "no-way-back=off", "--fail-on", "info"}).code, ExitCode::done);
  EXPECT_EQ(lint({write("b.sql", broken), "--fail-on", "never"}).code, ExitCode::done);
}

TEST_F(Lint, RefusesSettingsThatMakeNoSense) {
  const std::string file = write("a.sql", "select 1");
  for (const char* rule : {"no-way-back", "no-way-back=loud", "no-way-bak=off", "syntax=off", "=off"}) {
    const auto ran = lint({file, "--rule", rule});
    EXPECT_EQ(ran.code, ExitCode::wrongUse) << rule;
    EXPECT_NE(ran.err, "") << rule;
  }
  EXPECT_THAT(lint({file, "--rule", "no-way-bak=off"}).err, HasSubstr("did you mean `no-way-back`?"));
  EXPECT_EQ(lint({file, "--format", "xml"}).code, ExitCode::wrongUse);
  EXPECT_EQ(lint({file, "--engine", "oracle"}).code, ExitCode::failed);
}

TEST_F(Lint, SaysWhatCantBeRead) {
  EXPECT_THAT(lint({folder() + "/nothing.sql"}).err, HasSubstr("There is no " + folder() + "/nothing.sql."));
  EXPECT_EQ(lint({folder() + "/nothing.sql"}).code, ExitCode::failed);
  EXPECT_THAT(lint({write("l.sql", "select 1;\n-- caf\xE9\n")}).err, HasSubstr("l.sql:2"));
  std::filesystem::create_directories(folder() + "/empty");
  EXPECT_THAT(lint({folder() + "/empty"}).err, HasSubstr("There are no migrations in " + folder() + "/empty."));
  EXPECT_EQ(lint({folder() + "/empty"}).code, ExitCode::failed);
  write("m/0001_a.up.sql", "select 1;");
  write("m/0001_b.up.sql", "select 1;");
  EXPECT_EQ(lint({folder() + "/m"}).code, ExitCode::failed);
}

TEST_F(Lint, JudgesTheRest_WhereOnePathCantBeRead) {
  const auto ran = lint({folder() + "/gone.sql", write("a.sql", broken), "--fail-on", "never"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  EXPECT_THAT(ran.err, HasSubstr("gone.sql"));
  EXPECT_THAT(ran.out, HasSubstr("error syntax"));
  EXPECT_EQ(json::parse(lint({folder() + "/gone.sql", "--format", "sarif"}).out)["runs"][0]["results"].size(), 0U);
  EXPECT_EQ(lint({folder() + "/gone.sql"}).out, "");
}

TEST_F(Lint, WritesSarif) {
  const std::string file = write("with space%.sql", broken);
  write("m/0001_a.up.sql", "-- hotswap: allow no-way-back reason=\"first\"\nselect 1;\n");
  const auto ran = lint({"--format", "sarif", file, folder() + "/m"});
  EXPECT_EQ(ran.code, ExitCode::failed);
  const json log = json::parse(ran.out);
  EXPECT_EQ(log["version"], "2.1.0");
  const json& driver = log["runs"][0]["tool"]["driver"];
  EXPECT_EQ(driver["name"], "hotswap");
  EXPECT_EQ(driver["version"], "1.2.3");
  const json& results = log["runs"][0]["results"];
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0]["ruleId"], "syntax");
  EXPECT_EQ(results[0]["level"], "error");
  const json& place = results[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "file://" + folder() + "/with%20space%25.sql");
  EXPECT_EQ(place["region"]["startLine"], 2);
  EXPECT_EQ(place["region"]["startColumn"], 11);
  EXPECT_EQ(results[1]["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(results[1]["suppressions"][0]["justification"], "first");
  for (const json& result : results) {
    const bool described = std::any_of(driver["rules"].begin(), driver["rules"].end(),
                                       [&](const json& rule) { return rule["id"] == result["ruleId"]; });
    EXPECT_TRUE(described) << result["ruleId"];
  }
}

TEST_F(Lint, WritesAnnotationsForGithub) {
  const std::string file = write("a,b.sql", "select '50%' +;\n");
  const auto ran = lint({"--format", "github", file});
  EXPECT_THAT(ran.out, testing::StartsWith("::error file=" + folder() + "/a%2Cb.sql,line=1,col=15,title=syntax::The "));
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
}

TEST_F(Lint, ListsItsRules) {
  EXPECT_THAT(lint({"--list-rules"}).out, HasSubstr("no-way-back"));
  const json rules = json::parse(lint({"--list-rules", "--json"}).out)["rules"];
  EXPECT_THAT(rules.dump(), HasSubstr(R"({"canBeAllowed":true,"rule":"no-way-back","severity":"warning")"));
}

}  // namespace
}  // namespace hotswap::cli
