// `hotswap migrate` as its users run it: exit codes, JSON shapes, what is printed, two to twenty at once, Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "db/postgres/postgres_engine.h"
#include "support/eventually.h"
#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::e2e {
namespace {

using Json = nlohmann::json;
using support::Finished;
using support::ServerProcess;
using testing::HasSubstr;
using testing::Not;

class Migrate : public testing::Test {
 protected:
  Migrate() { std::filesystem::create_directory(folder_.path() / "m"); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / "m" / name) << text;
  }
  void writeTwo() const {
    write("0001_users.up.sql", "create table users (id int primary key);\n");
    write("0001_users.down.sql", "drop table users;\n");
    write("0002_orders.up.sql", "create table orders (id int primary key);\n");
  }
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments) const {
    std::vector<std::string> all{HOTSWAP_BUILD_DIR "/hotswap", "migrate"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    return {{"DATABASE_URL", support::sharedCluster().uri(database_)},
            {"HOTSWAP_DIR", (folder_.path() / "m").string()},
            {"HOME", folder_.path().string()}};
  }
  [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const {
    return support::runProgram(command(arguments), environment());
  }
  /// The JSON that a command prints, whatever its exit code.
  [[nodiscard]] Json json(std::vector<std::string> arguments, int status = 0) const {
    arguments.emplace_back("--json");
    const Finished finished = run(arguments);
    EXPECT_EQ(finished.status, status) << finished.output;
    return Json::parse(finished.output);
  }
  static std::set<std::string> keysOf(const Json& object) {
    std::set<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
  }
  std::string sql(const std::string& text) const { return support::sharedCluster().psql(text, database_); }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path(); }
  [[nodiscard]] const std::string& database() const { return database_; }

 private:
  support::TemporaryFolder folder_;
  std::string database_ = support::sharedCluster().makeDatabase();
};

const std::set<std::string> itemKeys{"version",    "description", "kind",      "state",          "file",
                                     "hasWayBack", "appliedAt",   "appliedBy", "executionTimeMs"};
const std::set<std::string> reportKeys{"done", "left", "failure", "wayBackFailure", "rolledBack"};

TEST_F(Migrate, SaysWithItsExitCodeHowThingsStand) {
  writeTwo();
  EXPECT_EQ(run({"status"}).status, 3);
  EXPECT_EQ(run({"up", "--dry-run"}).status, 0);
  EXPECT_EQ(run({"up"}).status, 0);
  EXPECT_EQ(run({"status"}).status, 0);
  EXPECT_EQ(run({"validate"}).status, 0);
  write("0002_orders.up.sql", "create table orders (id bigint primary key);\n");
  EXPECT_EQ(run({"status"}).status, 4);
  EXPECT_EQ(run({"validate"}).status, 4);
  EXPECT_EQ(run({"up"}).status, 4);
  EXPECT_EQ(run({"repair"}).status, 0);
  EXPECT_EQ(run({"status"}).status, 0);
  EXPECT_EQ(run({"down"}).status, 1);
  write("0003_bad.up.sql", "select * from nowhere;\n");
  EXPECT_EQ(run({"up"}).status, 1);
  EXPECT_EQ(run({"up", "--to", "seven"}).status, 2);
  EXPECT_EQ(run({"up", "--lint", "loud"}).status, 2);
  EXPECT_EQ(run({"jump"}).status, 2);
}

TEST_F(Migrate, JudgesWhatIsPendingByTheLiveDatabase) {
  sql("create table people (id int primary key, name varchar(20))");
  write("0001_wider.up.sql", "alter table people alter column name type varchar(40);\n");
  write("0001_wider.down.sql", "select 1;\n");
  EXPECT_EQ(run({"up", "--lint", "error"}).status, 0) << "a longer varchar is free";
  write("0002_index.up.sql", "create index people_name on people (name);\n");
  write("0002_index.down.sql", "drop index people_name;\n");
  const Finished refused = run({"up", "--lint", "error"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("create-index-blocks-writes: "));
  EXPECT_THAT(refused.output, HasSubstr("nothing was run"));
  const Finished warned = run({"up", "--lint", "warn"});
  EXPECT_EQ(warned.status, 0) << warned.output;
  EXPECT_THAT(warned.output, HasSubstr("create-index-blocks-writes: "));
}

TEST_F(Migrate, ShowsAFailureWithItsPlace) {
  writeTwo();
  write("0003_bad.up.sql", "create table a (id int);\nalter table a\n  add column b nosuchtype;\n");
  write("0004_later.up.sql", "create table later (id int);\n");
  const Finished failed = run({"up"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.output, HasSubstr("version 0003 failed: type \"nosuchtype\" does not exist"));
  EXPECT_THAT(failed.output, HasSubstr("0003_bad.up.sql:3:16"));
  EXPECT_THAT(failed.output, HasSubstr("  3 |   add column b nosuchtype;\n    |                ^\n"));
  EXPECT_THAT(failed.output, HasSubstr("SQLSTATE 42704"));
  EXPECT_THAT(failed.output, HasSubstr("Nothing of 0003 is left in the database"));
  EXPECT_THAT(failed.output, HasSubstr("Done before it: 2"));
  EXPECT_THAT(failed.output, HasSubstr("Not begun: 0004 later"));
}

TEST_F(Migrate, CallsARepeatableMigrationByItsName) {
  writeTwo();
  write("R_views.sql", "select * from nowhere;\n");
  const Finished failed = run({"up"});
  EXPECT_THAT(failed.output, HasSubstr("hotswap: repeatable views failed: "));
  EXPECT_THAT(failed.output, HasSubstr("Nothing of repeatable views is left in the database"));
  EXPECT_THAT(run({"history"}).output, HasSubstr("repeatable views"));
  write("R_views.sql", "-- hotswap: transaction=false\ncreate table r (id int);\nselect * from nowhere;\n");
  const Finished halfDone = run({"up"});
  EXPECT_THAT(halfDone.output, HasSubstr("repeatable views is left half-way"));
  EXPECT_THAT(halfDone.output, Not(HasSubstr("migrate down")));
  const Finished refused = run({"up"});
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.output, HasSubstr("repeatable views: it failed half-way: "));
  EXPECT_THAT(refused.output, Not(HasSubstr("migrate down")));
  EXPECT_THAT(run({"validate"}).output, HasSubstr("repeatable views is failed\n"));
  EXPECT_THAT(run({"repair"}).output, HasSubstr("repeatable views: its failure is cleared"));
}

TEST_F(Migrate, PrintsJsonOfAKnownShape) {
  writeTwo();
  const Json before = json({"status"}, 3);
  EXPECT_EQ(keysOf(before), std::set<std::string>{"migrations"});
  EXPECT_EQ(keysOf(before["migrations"][0]), itemKeys);
  EXPECT_EQ(before["migrations"][0]["state"], "pending");
  EXPECT_EQ(before["migrations"][0]["appliedAt"], nullptr);
  const Json validated = json({"validate"});
  EXPECT_EQ(keysOf(validated), (std::set<std::string>{"migrations", "faults", "reviews"}));
  EXPECT_EQ(keysOf(validated["reviews"][1]),
            (std::set<std::string>{"version", "description", "kind", "file", "risk", "findings"}));
  EXPECT_EQ(keysOf(validated["reviews"][1]["findings"][0]),
            (std::set<std::string>{"rule", "severity", "message", "recommendation", "saferScript", "script", "file",
                                   "line", "column", "allowed"}));
  const Json applied = json({"up"});
  EXPECT_EQ(keysOf(applied), reportKeys);
  EXPECT_EQ(keysOf(applied["done"][0]),
            (std::set<std::string>{"version", "description", "kind", "file", "direction", "executionTimeMs"}));
  const Json history = json({"history"});
  EXPECT_EQ(keysOf(history["attempts"][0]),
            (std::set<std::string>{"id", "action", "version", "description", "kind", "state", "checksum", "startedAt",
                                   "executionTimeMs", "by", "error"}));
  write("0003_bad.up.sql", "select * from nowhere;\n");
  const Json failed = json({"up"}, 1);
  EXPECT_EQ(keysOf(failed), reportKeys);
  EXPECT_EQ(keysOf(failed["failure"]), (std::set<std::string>{"version", "message", "place", "statement", "detail",
                                                              "hint", "sqlState", "leftHalfDone"}));
  EXPECT_EQ(keysOf(failed["failure"]["place"]), (std::set<std::string>{"file", "line", "column", "text"}));
  EXPECT_EQ(failed["left"][0]["version"], "0003");
  write("0003_bad.up.sql", "select from where;\n");
  const Json refused = json({"up"}, 1);
  EXPECT_EQ(keysOf(refused["error"]), (std::set<std::string>{"code", "message", "details", "faults"}));
  write("0003_bad.up.sql", "-- nothing\n");
  const Json folder = json({"up"}, 1);
  EXPECT_EQ(folder["error"]["code"], "VALIDATION_ERROR");
  std::filesystem::remove(path() / "m" / "0003_bad.up.sql");
  write("0002_orders.up.sql", "select 2;\n");
  const Json mismatch = json({"up"}, 4);
  EXPECT_EQ(mismatch["error"]["details"][0]["field"], "0002");
  const Json repaired = json({"repair"});
  EXPECT_EQ(keysOf(repaired["changes"][0]), (std::set<std::string>{"version", "change"}));
  EXPECT_EQ(json({"baseline", "0009"})["changes"][0]["version"], "0009");
  EXPECT_EQ(json({"new", "more"})["files"].size(), 2U);
}

TEST_F(Migrate, FindsItsSettingsInAFile) {
  writeTwo();
  std::ofstream(path() / "hotswap.yaml") << "migrate:\n  database: " << support::sharedCluster().uri(database())
                                         << "\n  dir: m\n";
  const Finished finished =
      support::runProgram({"/bin/sh", "-c", "cd '" + path().string() + "' && " HOTSWAP_BUILD_DIR "/hotswap migrate up"},
                          {{"HOME", path().string()}});
  std::filesystem::remove(path() / "hotswap.yaml");
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_EQ(sql("select count(*) from orders"), "0\n");
}

TEST_F(Migrate, NamesNoPassword_WhenTheServerCantBeReached) {
  writeTwo();
  const Finished finished =
      support::runProgram(command({"up", "--database", "postgres://anna:hush-hush-1@127.0.0.1:1/x"}), environment());
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.output, Not(HasSubstr("hush-hush-1")));
  EXPECT_THAT(finished.output, HasSubstr("127.0.0.1"));
}

class MigrateAtOnce : public Migrate, public testing::WithParamInterface<int> {
 protected:
  [[nodiscard]] std::filesystem::path outputOf(int runner) const {
    return path() / ("runner" + std::to_string(runner));
  }
  static std::string textOf(const std::filesystem::path& file) {
    std::ifstream text(file);
    return {std::istreambuf_iterator<char>(text), {}};
  }
};

TEST_P(MigrateAtOnce, AppliesEachVersionOnce) {
  for (int number = 1; number <= 15; ++number) {
    const std::string name = (number < 10 ? "000" : "00") + std::to_string(number) + "_n.up.sql";
    write(name, number == 1 ? "create table ledger (n int);\ninsert into ledger values (1);\n"
                            : "insert into ledger values (" + std::to_string(number) + ");\nselect pg_sleep(0.02);\n");
  }
  const auto engine = db::postgres::makeEngine();
  const auto holder = engine->connect(support::sharedCluster().connection(database()), "hotswap migrate anna@web-3/17",
                                      Milliseconds(5000));
  ASSERT_FALSE(engine->tryLockDatabase(*holder));
  std::vector<std::unique_ptr<ServerProcess>> runners;
  for (int runner = 0; runner < GetParam(); ++runner) {
    runners.push_back(std::make_unique<ServerProcess>(ServerProcess::Options{
        .command = command({"up"}), .environment = environment(), .output = outputOf(runner), .asServerUser = false}));
  }
  for (int runner = 0; runner < GetParam(); ++runner) {
    EXPECT_TRUE(support::eventually([&] {
      const std::string text = textOf(outputOf(runner));
      return text.find("Waiting for another HotSwap: hotswap migrate anna@web-3/17 as postgres from ") !=
             std::string::npos;
    })) << textOf(outputOf(runner));
  }
  engine->unlockDatabase(*holder);
  for (int runner = 0; runner < GetParam(); ++runner) {
    EXPECT_EQ(runners[static_cast<std::size_t>(runner)]->wait(std::chrono::seconds(60)), 0) << textOf(outputOf(runner));
  }
  EXPECT_EQ(sql("select count(*), count(distinct n) from ledger"), "15|15\n");
}

INSTANTIATE_TEST_SUITE_P(TwoToTwenty, MigrateAtOnce, testing::Values(2, 5, 20));

TEST_F(Migrate, LeavesNothing_WhenItIsInterrupted) {
  write("0001_slow.up.sql", "create table slow (id int);\nselect pg_sleep(60);\n");
  ServerProcess process(
      {.command = command({"up"}), .environment = environment(), .output = path() / "output", .asServerUser = false});
  ASSERT_TRUE(support::eventually([&] {
    return sql("select count(*) from pg_stat_activity where query like '%pg_sleep(60)' and state = 'active' and "
               "pid <> pg_backend_pid()") == "1\n";
  }));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(std::chrono::seconds(20)), 130);
  EXPECT_EQ(sql("select count(*) from pg_stat_activity where query like '%pg_sleep(60)' and state = 'active' and "
                "pid <> pg_backend_pid()"),
            "0\n");
  EXPECT_EQ(sql("select to_regclass('slow') is null"), "t\n");
}

TEST_F(Migrate, ComparesTheSchemaWithAFile) {
  writeTwo();
  ASSERT_EQ(run({"up"}).status, 0);
  const Finished dumped = run({"dump"});
  EXPECT_THAT(dumped.output, HasSubstr("CREATE TABLE public.users"));
  std::ofstream(path() / "schema.sql") << dumped.output;
  EXPECT_EQ(run({"dump", "--check", (path() / "schema.sql").string()}).status, 0);
  sql("alter table users add column name text");
  EXPECT_EQ(run({"dump", "--check", (path() / "schema.sql").string()}).status, 1);
}

}  // namespace
}  // namespace hotswap::e2e
