// Sqitch itself, as Debian has it, deploys a project; its history is taken over from what it truly wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"
#include "support/server_process.h"
#include "versioned/adopt/adopt.h"

namespace hotswap::versioned {
namespace {

/// A Sqitch project of its own, deployed into the database of the project of HotSwap.
class AdoptFromSqitchItself : public testing::Test, public Project {
 protected:
  AdoptFromSqitchItself() : Project(DatabaseType::PostgreSQL) {
    const std::string target =
        "db:pg://postgres@127.0.0.1:" + connection().value("port") + "/" + connection().value("dbname");
    sqitch("init shop --engine pg --target '" + target + "' --client " +
           (support::PostgresCluster::programs() / "psql").string());
  }

  void sqitch(const std::string& arguments) const {
    const support::Finished finished =
        support::runProgram({"/bin/sh", "-c", "cd '" + plan_.path().string() + "' && sqitch " + arguments},
                            {{"SQITCH_CONFIG", (plan_.path() / "sqitch.conf").string()},
                             {"SQITCH_PASSWORD", support::PostgresCluster::password},
                             {"SQITCH_FULLNAME", "Ada"},
                             {"SQITCH_EMAIL", "ada@example.com"},
                             {"HOME", plan_.path().string()}});
    ASSERT_EQ(finished.status, 0) << "sqitch " << arguments << ": " << finished.output;
  }
  void deploy(const std::string& command, const std::string& change, const std::string& script,
              const std::string& back) const {
    sqitch(command + " " + change + " --note 'A note'");
    std::ofstream(plan_.path() / "deploy" / (change + ".sql")) << script;
    std::ofstream(plan_.path() / "revert" / (change + ".sql")) << back;
    sqitch("deploy --quiet");
  }

 private:
  support::TemporaryFolder plan_;
};

TEST_F(AdoptFromSqitchItself, TakesWhatIsDeployed_AndNotWhatWasReverted) {
  deploy("add", "users", "create table users (id int);", "drop table users;");
  deploy("add", "orders", "create table orders (id int);", "drop table orders;");
  sqitch("tag v1 --note 'The first'");
  deploy("rework", "users", "alter table users add column email text;", "alter table users drop column email;");
  deploy("add", "items", "create table items (id int);", "drop table items;");
  sqitch("revert -y --to @HEAD^");
  write("0001_users.up.sql", "create table users (id int);");
  write("0002_orders.up.sql", "create table orders (id int);");
  write("0003_users.up.sql", "alter table users add column email text;");
  write("0004_items.up.sql", "create table items (id int);");
  EXPECT_EQ(adopt(place(), folder(), ForeignTool::Sqitch, {}).size(), 3U);
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied, 0004 pending");
  const auto age = clock.now() - attempts().front().entry.appliedAt;
  EXPECT_LT(age, std::chrono::minutes(10));
  EXPECT_GT(age, Milliseconds(0));
  EXPECT_EQ(attempts().front().entry.appliedBy, "Ada <ada@example.com>");
  EXPECT_FALSE(up().failure);
  EXPECT_TRUE(has("items"));
}

}  // namespace
}  // namespace hotswap::versioned
