#include "versioned/new_migration.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "support/temporary_folder.h"

namespace hotswap::versioned {
namespace {

constexpr TimePoint now{Milliseconds(1'800'000'000'000)};  // 2027-01-15 08:00:00

class NewMigration : public testing::Test {
 protected:
  std::string make(const std::string& name, bool timestamp = false) {
    std::string text;
    for (const auto& file : makeMigration(folder_.path() / "m", name, timestamp, now)) {
      text += (text.empty() ? "" : " ") + file.filename().string();
    }
    return text;
  }
  void write(const std::string& name) const {
    std::filesystem::create_directories(folder_.path() / "m");
    std::ofstream(folder_.path() / "m" / name) << "select 1;";
  }

 private:
  support::TemporaryFolder folder_;
};

TEST_F(NewMigration, BeginsWithPairs_AndCountsOn) {
  EXPECT_EQ(make("Create users!"), "0001_Create_users.up.sql 0001_Create_users.down.sql");
  EXPECT_EQ(make("add email"), "0002_add_email.up.sql 0002_add_email.down.sql");
}

TEST_F(NewMigration, FollowsTheLayoutAndWidthOfItsFolder) {
  write("V9__a.sql");
  EXPECT_EQ(make("b"), "V10__b.sql U10__b.sql");
}

TEST_F(NewMigration, GoesOnWithTimestamps) {
  write("20270115080000_a.sql");
  EXPECT_EQ(make("b"), "20270115080001_b.sql");
  EXPECT_EQ(make("c"), "20270115080002_c.sql");
}

TEST_F(NewMigration, TakesATimestampWhenAsked) {
  EXPECT_EQ(make("a", true), "20270115080000_a.up.sql 20270115080000_a.down.sql");
}

TEST_F(NewMigration, NeedsAName) { EXPECT_THROW(make("../ !"), Error); }

TEST_F(NewMigration, StaysInsideItsFolder) { EXPECT_EQ(make("../../etc/x"), "0001_etc_x.up.sql 0001_etc_x.down.sql"); }

}  // namespace
}  // namespace hotswap::versioned
