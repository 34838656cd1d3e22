// What `hotswap migrate` answers where a database or a file doesn't let it: the code, the sentence, what to do.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "db/sqlite/sqlite_engine.h"
#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::e2e {
namespace {

using Json = nlohmann::json;
using support::Finished;
using testing::AllOf;
using testing::HasSubstr;

class MigrateRefusals : public testing::Test {
 protected:
  MigrateRefusals() {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    std::filesystem::create_directory(path("m"));
    write("0001_users.up.sql", "create table users (id int primary key);\n");
    write("0001_users.down.sql", "drop table users;\n");
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path("m/" + name)) << text; }
  /// Runs a command in the test's folder, with a word in front (`ulimit …;`) where one is given.
  [[nodiscard]] Finished run(const std::string& arguments, const std::string& before = "",
                             bool asServerUser = false) const {
    const std::string text = "cd '" + folder_.path().string() + "' && " + before +
                             " exec " HOTSWAP_BUILD_DIR "/hotswap migrate " + arguments;
    return support::runProgram({"/bin/sh", "-c", text}, {{"HOTSWAP_DIR", "m"}, {"HOME", folder_.path().string()}},
                               asServerUser);
  }
  /// The error of a command that must fail.
  [[nodiscard]] Json errorOf(const std::string& arguments, const std::string& before = "",
                             bool asServerUser = false) const {
    const Finished finished = run(arguments + " --json", before, asServerUser);
    EXPECT_EQ(finished.status, 1) << finished.output;
    return Json::parse(finished.output).at("error");
  }
  static std::string messageOf(const Json& error) { return error.at("message").get<std::string>(); }
  void makeSqlite(const std::string& name, const std::string& sql) const {
    const auto engine = db::sqlite::makeEngine();
    engine->connect(ConnectionString().with("dbname", path(name)), "test", Milliseconds(5000))->execute(sql);
  }

 private:
  support::TemporaryFolder folder_;
};

class MigrateRefusalsOfPostgres : public MigrateRefusals {
 protected:
  MigrateRefusalsOfPostgres() {
    sql("drop role if exists refused");
    sql("create role refused login password 'refused-pw'");
  }
  void TearDown() override {
    sql("drop owned by refused");
    sql("drop role refused");
  }
  std::string sql(const std::string& text) const { return support::sharedCluster().psql(text, database); }
  [[nodiscard]] std::string url(const std::string& user, const std::string& name) const {
    return " --database postgres://" + user + "@127.0.0.1:" + std::to_string(support::sharedCluster().port()) + "/" +
           name;
  }
  [[nodiscard]] std::string url() const { return url("refused:refused-pw", database); }

  std::string database = support::sharedCluster().makeDatabase();
};

TEST_F(MigrateRefusalsOfPostgres, NameTheSchema_WhereTheHistoryMayNotBeMade) {
  const Json error = errorOf("up" + url());
  EXPECT_EQ(error["code"], "FORBIDDEN");
  EXPECT_THAT(messageOf(error), AllOf(HasSubstr(database + ": permission denied for schema public (SQLSTATE 42501). "),
                                      HasSubstr("grant"), HasSubstr("--history-schema")));
}

TEST_F(MigrateRefusalsOfPostgres, NameTheTable_WhereTheHistoryMayNotBeRead) {
  ASSERT_EQ(run("up" + url("postgres:" + std::string(support::PostgresCluster::password), database)).status, 0);
  for (const std::string command : {"status", "history", "up", "validate", "repair"}) {
    const Json error = errorOf(command + url());
    EXPECT_EQ(error["code"], "FORBIDDEN") << command;
    EXPECT_THAT(messageOf(error), HasSubstr("permission denied for table schema_version")) << command;
  }
}

TEST_F(MigrateRefusalsOfPostgres, SayThatASchemaIsMissing) {
  const Json named = errorOf("up --history-schema nowhere" + url());
  EXPECT_EQ(named["code"], "NOT_FOUND");
  EXPECT_THAT(messageOf(named), HasSubstr("schema \"nowhere\" does not exist"));
  sql("revoke all on schema public from public");
  const Json none = errorOf("baseline 1" + url());
  EXPECT_EQ(none["code"], "NOT_FOUND");
  EXPECT_THAT(messageOf(none), HasSubstr("--history-schema"));
}

TEST_F(MigrateRefusalsOfPostgres, TellAWrongPasswordFromAMissingDatabase) {
  const Json password = errorOf("status" + url("refused:wrong-pw", database));
  EXPECT_EQ(password["code"], "UNAUTHORIZED");
  EXPECT_THAT(messageOf(password), AllOf(HasSubstr("user \"refused\""), HasSubstr("~/.pgpass")));
  EXPECT_THAT(messageOf(password), testing::Not(HasSubstr("wrong-pw")));
  for (const std::string command : {"status", "history", "dump", "adopt --from dbmate"}) {
    const Json missing = errorOf(command + url("refused:refused-pw", "nosuchdatabase"));
    EXPECT_EQ(missing["code"], "NOT_FOUND") << command;
    EXPECT_THAT(messageOf(missing), HasSubstr("database \"nosuchdatabase\" does not exist")) << command;
  }
}

TEST_F(MigrateRefusalsOfPostgres, SayThatTheTableIsAnotherTools) {
  sql("create table schema_version (installed_rank int, version text)");
  for (const std::string command : {"status", "history", "up", "repair"}) {
    const Json error = errorOf(command + url("postgres:" + std::string(support::PostgresCluster::password), database));
    EXPECT_EQ(error["code"], "CONFLICT") << command;
    EXPECT_THAT(messageOf(error), AllOf(HasSubstr("\"schema_version\" is not HotSwap's history"), HasSubstr("rename")))
        << command;
  }
}

TEST_F(MigrateRefusals, SayThatTheTableOfAFileIsAnotherTools) {
  makeSqlite("app.db", "create table schema_version (a)");
  for (const std::string command : {"status", "history", "up"}) {
    EXPECT_EQ(errorOf(command + " --database sqlite:app.db")["code"], "CONFLICT") << command;
  }
}

TEST_F(MigrateRefusals, SayWhatIsWrongWithAFile) {
  std::ofstream(path("text.db")) << std::string(1000, 'x');
  const Json text = errorOf("up --database sqlite:text.db");
  EXPECT_EQ(text["code"], "VALIDATION_ERROR");
  EXPECT_THAT(messageOf(text), HasSubstr("text.db can't be opened: the file is not an SQLite database"));
  EXPECT_EQ(errorOf("up --database sqlite:m")["code"], "VALIDATION_ERROR");
  EXPECT_EQ(errorOf("up --database sqlite:missing/app.db")["code"], "NOT_FOUND");
}

TEST_F(MigrateRefusals, SayThatAFileMayNotBeWritten) {
  makeSqlite("app.db", "create table t (a)");
  std::filesystem::permissions(path("app.db"), std::filesystem::perms(0444));
  std::filesystem::create_directory(path("open"));
  std::filesystem::copy_file(path("app.db"), path("open/app.db"));
  std::filesystem::permissions(path("open"), std::filesystem::perms(0777));
  // Here no lock can be made beside the file; in the open folder the file alone can't be written.
  std::filesystem::permissions(path("."), std::filesystem::perms(0555));
  const Json inClosed = errorOf("up --database sqlite:app.db", "", true);
  EXPECT_EQ(inClosed["code"], "FORBIDDEN");
  EXPECT_THAT(messageOf(inClosed), AllOf(HasSubstr("app.db-hotswap-lock"), HasSubstr("write in its folder")));
  const Json inOpen = errorOf("up --database sqlite:open/app.db", "", true);
  EXPECT_EQ(inOpen["code"], "FORBIDDEN");
  EXPECT_THAT(messageOf(inOpen), HasSubstr("open/app.db: attempt to write a readonly database"));
  EXPECT_EQ(errorOf("status --database sqlite:new.db", "", true)["code"], "FORBIDDEN");
  std::filesystem::permissions(path("."), std::filesystem::perms(0755));
}

TEST_F(MigrateRefusals, SayThatAFileIsLocked_AfterItWasWaitedFor) {
  makeSqlite("app.db", "create table t (a)");
  const auto engine = db::sqlite::makeEngine();
  const auto other = engine->connect(ConnectionString().with("dbname", path("app.db")), "test", Milliseconds(5000));
  other->execute("begin exclusive");
  for (const std::string command : {"status", "history", "validate", "up", "repair", "baseline 1", "dump"}) {
    const Json error = errorOf(command + " --wait 100ms --database sqlite:app.db");
    EXPECT_EQ(error["code"], "UNAVAILABLE") << command;
    EXPECT_THAT(messageOf(error), AllOf(HasSubstr("app.db: database is locked"), HasSubstr("--wait"))) << command;
  }
  const Finished waited = run("status --wait 1s --database sqlite:app.db");
  EXPECT_THAT(waited.output, HasSubstr("another program has locked the database; waiting for it, 1.0 s at most\n"));
}

TEST_F(MigrateRefusals, SayThatAFileMayNotGrow) {
  write("0002_rows.up.sql",
        "create table big (text);\nwith recursive n (i) as (select 1 union all select i + 1 from n where i < 2000) "
        "insert into big select hex(zeroblob(1000)) from n;\n");
  const std::string limited = "ulimit -f 500;";  // 250 kB
  const Finished failed = run("up --database sqlite:app.db", limited);
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.output, AllOf(HasSubstr("version 0002 failed"), HasSubstr("File too large"),
                                   HasSubstr("SQLITE_IOERR_WRITE"), HasSubstr("ulimit -f")));
  EXPECT_EQ(run("status --database sqlite:app.db").status, 3);
  EXPECT_EQ(run("up --database sqlite:app.db").status, 0);
}

TEST_F(MigrateRefusals, SayThatASettingsFileCantBeRead) {
  std::filesystem::create_directory(path("hotswap.yaml"));
  const Json isFolder = errorOf("status --database sqlite:app.db");
  EXPECT_EQ(isFolder["code"], "VALIDATION_ERROR");
  EXPECT_THAT(messageOf(isFolder), HasSubstr("hotswap.yaml can't be read; is it a folder?"));
  std::filesystem::remove(path("hotswap.yaml"));
  std::ofstream(path("hotswap.yaml")) << "migrate:\n";
  std::filesystem::permissions(path("hotswap.yaml"), std::filesystem::perms(0));
  const Json closed = errorOf("status --database sqlite:app.db", "", true);
  EXPECT_EQ(closed["code"], "VALIDATION_ERROR");
  EXPECT_THAT(messageOf(closed), HasSubstr("hotswap.yaml can't be read: Permission denied"));
}

}  // namespace
}  // namespace hotswap::e2e
