#include "versioned/down.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project.h"

namespace hotswap::versioned {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Down : public testing::TestWithParam<DatabaseType>, public Project {
 protected:
  Down() : Project(GetParam()) {
    for (const char* name : {"a", "b", "c"}) {
      const std::string number = std::string("000") + static_cast<char>('1' + (name[0] - 'a'));
      write(number + "_" + name + ".up.sql", std::string("create table ") + name + " (id int);");
      write(number + "_" + name + ".down.sql", std::string("drop table ") + name + ";");
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Down, testing::Values(DatabaseType::PostgreSQL, DatabaseType::SQLite), engineName);

TEST_P(Down, RollsBackTheNewest_AndKeepsItsEntry) {
  up();
  EXPECT_EQ(down().done.size(), 1U);
  EXPECT_FALSE(has("c"));
  EXPECT_EQ(sql("select state from schema_version where version = '0003'"), "rolled_back");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 pending");
  EXPECT_EQ(up().done.size(), 1U);
  EXPECT_EQ(attempts().size(), 5U);
}

TEST_P(Down, GoesBackToAVersion_AndAllTheWay) {
  up();
  EXPECT_EQ(down({.to = Version::parse("1")}).done.size(), 2U);
  EXPECT_TRUE(has("a"));
  up();
  EXPECT_EQ(down({.to = Version::parse("0")}).done.size(), 3U);
  EXPECT_FALSE(has("a"));
  EXPECT_THAT(down().done, IsEmpty());
}

TEST_P(Down, RefusesAVersionThatNobodyKnows) {
  up();
  for (const bool dryRun : {false, true}) {
    try {
      down({.to = Version::parse("7"), .dryRun = dryRun});
      FAIL() << "a version that isn't there was gone back to";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::NotFound);
      EXPECT_THAT(error.what(), HasSubstr("version 7"));
    }
  }
  EXPECT_TRUE(has("c"));
  // One without a file is known by the history, one that isn't applied by the folder.
  remove("0001_a.up.sql");
  remove("0001_a.down.sql");
  EXPECT_EQ(down({.to = Version::parse("1"), .dryRun = true}).planned.size(), 2U);
  write("0004_d.up.sql", "create table d (id int);");
  EXPECT_THAT(down({.to = Version::parse("4")}).done, IsEmpty());
}

TEST_P(Down, TouchesNothing_WhenAVersionHasNoWayBack) {
  up();
  remove("0002_b.down.sql");
  try {
    down({.steps = 3});
    FAIL() << "a version without a way back was taken";
  } catch (const Error& error) {
    ASSERT_EQ(error.details().size(), 1U);
    EXPECT_EQ(error.details()[0].field, "0002");
    EXPECT_THAT(error.details()[0].message, HasSubstr("no back part"));
  }
  EXPECT_TRUE(has("c"));
}

TEST_P(Down, LeavesWhatFails_AsItWas) {
  up();
  write("0003_c.down.sql", "drop table b;\ndrop table nowhere;\n");
  const Report report = down();
  ASSERT_TRUE(report.failure);
  EXPECT_EQ(report.failure->place->line, 2);
  EXPECT_TRUE(has("b"));
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied");
}

TEST_P(Down, RefusesTheBaseline) {
  baseline(place(), folder(), *Version::parse("3"));
  EXPECT_THROW(down(), Error);
}

TEST_P(Down, RollsBackWhatFailedHalfWay) {
  write("0004_d.up.sql",
        "-- hotswap: transaction=false\ncreate table d (id int);\ninsert into nowhere values (1);\ncreate table e (id "
        "int);\n");
  write("0004_d.down.sql", "drop table e;\ndrop table d;\n");
  EXPECT_TRUE(up().failure);
  EXPECT_TRUE(has("d"));
  const Report report = down();
  EXPECT_FALSE(report.failure) << report.failure->message;
  EXPECT_FALSE(has("d"));
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied, 0004 pending");
}

TEST_P(Down, AndUpAgain_IsRedo) {
  up();
  const Report report = redo(place(), folder());
  ASSERT_EQ(report.done.size(), 2U);
  EXPECT_EQ(report.done[1].direction, Direction::Up);
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied");
}

TEST_P(Down, RedoLeavesAloneWhatIsPendingBelow) {
  remove("0002_b.up.sql");
  remove("0002_b.down.sql");
  up();
  write("0002_late.up.sql", "create table late (id int);");
  EXPECT_EQ(redo(place(), folder()).done.size(), 2U);
  EXPECT_FALSE(has("late"));
  EXPECT_EQ(standings(), "0001 applied, 0002 out of order, 0003 applied");
}

TEST_P(Down, RedoTouchesNothing_WhenItCouldNotEnd) {
  up();
  write("0001_a.up.sql", "create table other (id int);");
  EXPECT_THROW(redo(place(), folder()), HistoryMismatch);
  EXPECT_TRUE(has("c"));
  write("0001_a.up.sql", "create table a (id int);");
  write("0003_c.up.sql", "create tabel c (id int);");
  repair(place(), folder());
  EXPECT_THROW(redo(place(), folder()), ScriptsRefused);
  EXPECT_TRUE(has("c"));
}

}  // namespace
}  // namespace hotswap::versioned
