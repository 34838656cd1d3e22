#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "integration/db/sqlite_connections.h"

namespace hotswap::db::sqlite {
namespace {

using testing::HasSubstr;

class SqliteConnectTest : public SqliteTest {
 protected:
  /// Runs `work` as somebody who may read the folder and not write in it, whoever runs the tests.
  template <class Work>
  std::string saidByAStranger(Work work) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    constexpr uid_t nobody = 65534;
    std::string said = Child([&] { return work(); }, geteuid() == 0 ? nobody : geteuid()).said();
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    return said;
  }
};

TEST_F(SqliteConnectTest, MakesAMissingFile) {
  const auto session = connectTo(file);
  session->execute("create table t (a)");
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(connectTo(file)->query("select name from sqlite_schema").text(0, 0), "t");
  EXPECT_EQ(session->backendId(), getpid());
  EXPECT_GE(session->serverVersion(), 3038000);
  EXPECT_TRUE(session->usable());
}

TEST_F(SqliteConnectTest, TakesAnEmptyFileForAnEmptyDatabase) {
  std::ofstream(file).flush();
  const auto session = connectTo(file);
  EXPECT_TRUE(session->query("select * from sqlite_schema").empty());
  session->execute("create table t (a)");
}

TEST_F(SqliteConnectTest, LeavesTheFileAsItIs) {
  connectTo(file)->execute("pragma journal_mode = persist");
  EXPECT_EQ(connectTo(file)->query("pragma journal_mode").text(0, 0), "delete");
  connectTo(file)->execute("pragma journal_mode = wal");
  EXPECT_EQ(connectTo(file)->query("pragma journal_mode").text(0, 0), "wal");
  EXPECT_EQ(connectTo(file)->query("pragma foreign_keys").text(0, 0), "0");
}

TEST_F(SqliteConnectTest, SaysWhyAFileCantBeOpened) {
  std::ofstream(pathOf("text")) << std::string(1000, 'x');
  ASSERT_EQ(mkfifo(pathOf("pipe").c_str(), 0600), 0);
  const std::vector<std::pair<std::string, std::string>> names{{folder.path().string(), "it is a folder"},
                                                               {pathOf("missing/app.db"), "its folder does not exist"},
                                                               {pathOf("text/app.db"), "Not a directory"},
                                                               {pathOf("text"), "the file is not an SQLite database"},
                                                               {pathOf("pipe"), "it is not a regular file"},
                                                               {pathOf(std::string(300, 'x')), "File name too long"},
                                                               {"", "names no file"}};
  for (const auto& one : names) {
    const SqlError error = errorOf([&] { connectTo(one.first); });
    EXPECT_EQ(error.kind(), SqlErrorKind::ConnectionRefused) << one.first;
    EXPECT_THAT(error.what(), HasSubstr(one.second)) << one.first;
    EXPECT_FALSE(error.recovery().connectionUsable) << one.first;
    EXPECT_FALSE(error.recovery().retryable) << one.first;
  }
  EXPECT_FALSE(std::filesystem::exists(pathOf("missing")));
}

TEST_F(SqliteConnectTest, NamesTheFileInTheError) {
  EXPECT_THAT(errorOf([&] { connectTo(pathOf("missing/a b.db")); }).what(), HasSubstr(pathOf("missing/a b.db")));
}

TEST_F(SqliteConnectTest, TakesEveryNameForAPath) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const std::string name : {"a b.db", "it's; drop.db", "per%20cent.db", "query?mode=memory", "über.db",
                                 "file:uri?mode=memory", "-- x.db", "\"quoted\".db", "#hash", " ", ":memory: "}) {
    connectTo(name)->execute("create table t (a)");
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 0U) << name;
  }
  std::filesystem::current_path(before);
}

TEST_F(SqliteConnectTest, KeepsADatabaseInMemoryToItsSession) {
  const auto one = connectTo(":memory:");
  one->execute("create table t (a)");
  EXPECT_TRUE(connectTo(":memory:")->query("select * from sqlite_schema").empty());
  EXPECT_EQ(engine().databaseIdentity(*one), "");
  EXPECT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(SqliteConnectTest, GivesAFileOneIdentity_UnderEveryName) {
  connectTo(file)->execute("create table t (a)");
  std::filesystem::create_symlink(file, pathOf("link.db"));
  std::filesystem::create_hard_link(file, pathOf("hard.db"));
  const std::string identity = engine().databaseIdentity(*connectTo(file));
  EXPECT_NE(identity, "");
  EXPECT_EQ(engine().databaseIdentity(*connectTo(pathOf("link.db"))), identity);
  EXPECT_EQ(engine().databaseIdentity(*connectTo(pathOf("hard.db"))), identity);
  EXPECT_NE(engine().databaseIdentity(*connectTo(pathOf("other.db"))), identity);
}

TEST_F(SqliteConnectTest, OpensAFileThatSomebodyHasLocked) {
  const auto owner = connectTo(file);
  owner->execute("create table t (a)");
  owner->execute("begin exclusive");
  const auto session = connectTo(file);
  engine().setLimits(*session, {.lock = Milliseconds(1)});
  EXPECT_EQ(errorOf([&] { session->query("select * from t"); }).kind(), SqlErrorKind::LockTimeout);
  owner->rollback();
  EXPECT_TRUE(session->query("select * from t").empty());
}

TEST_F(SqliteConnectTest, OpensForReading_WhatMayOnlyBeRead) {
  connectTo(file)->execute("create table t as select 1 as a");
  std::filesystem::permissions(file, std::filesystem::perms(0444));
  const std::string said = saidByAStranger([&] {
    const auto session = connectTo(file);
    const std::string read = session->query("select a from t").text(0, 0);
    const SqlError error = errorOf([&] { session->execute("insert into t values (2)"); });
    return read + (error.kind() == SqlErrorKind::ReadOnly ? " read only" : " other: ") + error.what();
  });
  EXPECT_THAT(said, HasSubstr("1 read only"));
}

TEST_F(SqliteConnectTest, SaysThatItMayNot_WhereItMayNot) {
  connectTo(file)->execute("create table t (a)");
  std::filesystem::permissions(file, std::filesystem::perms(0));
  const auto refusal = [](const std::string& path) {
    return [path] { return std::string(errorOf([&] { connectTo(path); }).what()); };
  };
  EXPECT_THAT(saidByAStranger(refusal(file)), HasSubstr("can't be opened: Permission denied"));
  EXPECT_THAT(saidByAStranger(refusal(pathOf("new.db"))),
              HasSubstr("does not exist and can't be made in its folder: Permission denied"));
}

TEST_F(SqliteConnectTest, SaysThatAFileIsDamaged) {
  connectTo(file)->execute("create table t (a)");
  connectTo(file)->execute("insert into t select hex(randomblob(500)) from (values (1), (2), (3), (4), (5), (6), (7))");
  std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(4096);
  damaged << std::string(4096, '\xAA');
  damaged.close();
  const auto session = connectTo(file);
  const SqlError error = errorOf([&] { session->query("select * from t"); });
  EXPECT_EQ(error.failure().sqlState, "SQLITE_CORRUPT");
  EXPECT_THAT(error.what(), HasSubstr("the database file is damaged"));
  EXPECT_THAT(error.failure().hint, HasSubstr("backup"));
  EXPECT_FALSE(error.recovery().retryable);
}

}  // namespace
}  // namespace hotswap::db::sqlite
