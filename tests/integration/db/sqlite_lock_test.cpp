#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "integration/db/sqlite_connections.h"

namespace hotswap::db::sqlite {
namespace {

using testing::HasSubstr;

class SqliteLockTest : public SqliteTest {
 protected:
  std::string lockFile = file + "-hotswap-lock";
  std::unique_ptr<Session> one = connectTo(file, "hotswap/one");
  std::unique_ptr<Session> other = connectTo(file, "hotswap/other");
};

TEST_F(SqliteLockTest, SaysWhoHasIt) {
  const auto before = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  ASSERT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_FALSE(engine().tryLockDatabase(*one)) << "it is its own";
  const auto holder = engine().tryLockDatabase(*other);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->application, "hotswap/one (process " + std::to_string(getpid()) + ")");
  EXPECT_NE(holder->user, "");
  EXPECT_NE(holder->from, "");
  ASSERT_TRUE(holder->since);
  EXPECT_GE(*holder->since, before);
  EXPECT_LE(*holder->since, std::chrono::system_clock::now());
}

TEST_F(SqliteLockTest, GivesItBack_AndLeavesNoFileBehind) {
  ASSERT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_TRUE(std::filesystem::exists(lockFile));
  engine().unlockDatabase(*one);
  EXPECT_FALSE(std::filesystem::exists(lockFile));
  EXPECT_FALSE(engine().tryLockDatabase(*other));
  other.reset();
  EXPECT_FALSE(std::filesystem::exists(lockFile));
  EXPECT_FALSE(engine().tryLockDatabase(*one));
  engine().unlockDatabase(*one);
  engine().unlockDatabase(*one);
}

TEST_F(SqliteLockTest, IsOneLock_UnderEveryPathOfTheFile) {
  std::filesystem::create_symlink(file, pathOf("link.db"));
  ASSERT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_TRUE(engine().tryLockDatabase(*connectTo(pathOf("link.db"))));
  EXPECT_TRUE(engine().tryLockDatabase(*connectTo(pathOf("./app.db"))));
  EXPECT_FALSE(engine().tryLockDatabase(*connectTo(pathOf("other.db"))));
}

TEST_F(SqliteLockTest, LeavesTheDatabaseToOthers) {
  ASSERT_FALSE(engine().tryLockDatabase(*one));
  other->execute("create table t (a)");
  one->execute("insert into t values (1)");
}

TEST_F(SqliteLockTest, IsFree_WhenItsHolderIsKilled) {
  std::unique_ptr<Session> session;
  Child holder([&] {
    session = connectTo(file, "hotswap/child");
    return std::string(engine().tryLockDatabase(*session) ? "taken" : "mine");
  });
  ASSERT_EQ(holder.said(), "mine");
  const auto found = engine().tryLockDatabase(*one);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->application, "hotswap/child (process " + std::to_string(holder.pid()) + ")");
  holder.kill();
  EXPECT_TRUE(std::filesystem::exists(lockFile));
  EXPECT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_THAT(engine().tryLockDatabase(*other)->application, HasSubstr("hotswap/one"));
}

TEST_F(SqliteLockTest, IsNotFooledByWhatStandsInTheFile) {
  std::ofstream(lockFile) << "process 1\nsince never\napplication somebody\n" << std::string(2000, '\n');
  EXPECT_FALSE(engine().tryLockDatabase(*one));
  EXPECT_LT(std::filesystem::file_size(lockFile), 1000U);
  std::ofstream(lockFile) << "process 1\nsince never\napplication \033[31mred\n";
  const auto holder = engine().tryLockDatabase(*other);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->application.find('\033'), std::string::npos);
  EXPECT_FALSE(holder->since);
  std::ofstream(lockFile).flush();
  EXPECT_EQ(engine().tryLockDatabase(*other)->application, "a session that has just begun or ended");
}

TEST_F(SqliteLockTest, FollowsNoLink) {
  std::ofstream(pathOf("precious")) << "keep";
  std::filesystem::create_symlink(pathOf("precious"), lockFile);
  EXPECT_THAT(errorOf([&] { static_cast<void>(engine().tryLockDatabase(*one)); }).what(), HasSubstr(lockFile));
  std::string content;
  std::ifstream(pathOf("precious")) >> content;
  EXPECT_EQ(content, "keep");
}

TEST_F(SqliteLockTest, LeavesAFileAlone_ThatHasTakenThePlaceOfItsOwn) {
  ASSERT_FALSE(engine().tryLockDatabase(*one));
  std::filesystem::remove(lockFile);
  ASSERT_FALSE(engine().tryLockDatabase(*other));
  engine().unlockDatabase(*one);
  EXPECT_TRUE(std::filesystem::exists(lockFile));
  EXPECT_TRUE(engine().tryLockDatabase(*one));
}

TEST_F(SqliteLockTest, IsNeverHeldByTwo) {
  std::atomic<int> holders = 0;
  std::atomic<int> most = 0;
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto session = connectTo(file);
      for (int round = 0; round < 300; ++round) {
        if (engine().tryLockDatabase(*session)) continue;
        const int now = ++holders;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        ++taken;
        std::this_thread::yield();
        --holders;
        engine().unlockDatabase(*session);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_GT(taken, 0);
  EXPECT_FALSE(std::filesystem::exists(lockFile));
}

}  // namespace
}  // namespace hotswap::db::sqlite
