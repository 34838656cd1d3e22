// The way back of a folder's migration, and where it is written.
#include "versioned/derived_back.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "db/postgres/postgres_engine.h"
#include "db/sqlite/sqlite_engine.h"
#include "support/temporary_folder.h"

namespace hotswap::versioned {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DerivedBackTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_.path() / name) << text; }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::stringstream read;
    read << std::ifstream(folder_.path() / name).rdbuf();
    return read.str();
  }
  [[nodiscard]] MigrationFolder folder() const { return readFolder(folder_.path()); }
  [[nodiscard]] DerivedBack derived(const char* version) const {
    return deriveBack(*engine_, folder(), *Version::parse(version));
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<db::Engine> engine_ = db::postgres::makeEngine();
};

TEST_F(DerivedBackTest, KnowsWhatEarlierMigrationsHaveMade) {
  write("0001_a.up.sql", "create table t (a int default 1);\ncreate view v as select a from t;\n");
  write("0002_b.up.sql", "alter table t alter a set default 2;\ndrop view v;\n");
  const DerivedBack back = derived("2");
  EXPECT_TRUE(back.whole()) << back.losses.at(0).reasons.at(0);
  EXPECT_EQ(back.script, "create view v as select a from t;\nALTER TABLE public.t ALTER COLUMN a SET DEFAULT 1;\n");
}

TEST_F(DerivedBackTest, NamesWhatDoesNotComeBack_WithItsLine) {
  write("0001_a.up.sql", "create table t (a int);\n");
  write("0002_b.up.sql", "create index on t (a);\n\ndelete from t;\n");
  const DerivedBack back = derived("2");
  EXPECT_EQ(back.script, "DROP INDEX public.t_a_idx;\n");
  ASSERT_EQ(back.losses.size(), 1U);
  EXPECT_EQ(back.losses[0].line, 3);
  EXPECT_EQ(back.losses[0].statement, "DELETE");
}

TEST_F(DerivedBackTest, IsWrittenWhereTheLayoutHasIt) {
  write("0001_a.up.sql", "create table t (a int);\n");
  EXPECT_EQ(writeBack(folder(), derived("1")), folder_.path() / "0001_a.down.sql");
  EXPECT_EQ(text("0001_a.down.sql"), "DROP TABLE public.t;\n");
  EXPECT_TRUE(folder().migrations.at(0).back);
}

TEST_F(DerivedBackTest, IsWrittenAsASection) {
  write("0001_a.sql", "-- migrate:up\ncreate table t (a int);\n");
  EXPECT_EQ(writeBack(folder(), derived("1")), folder_.path() / "0001_a.sql");
  EXPECT_EQ(readPart(folder().migrations.at(0), Direction::Down).sql.find("DROP TABLE public.t") != std::string::npos,
            true)
      << text("0001_a.sql");
}

TEST_F(DerivedBackTest, IsWrittenAsFlywaysUndo) {
  write("V1__a.sql", "create table t (a int);\n");
  EXPECT_EQ(writeBack(folder(), derived("1")), folder_.path() / "U1__a.sql");
}

TEST_F(DerivedBackTest, WritesOverNothing) {
  write("0001_a.up.sql", "create table t (a int);\n");
  write("0001_a.down.sql", "drop table t;\n");
  EXPECT_THROW(writeBack(folder(), derived("1")), Error);
  EXPECT_EQ(text("0001_a.down.sql"), "drop table t;\n");
}

TEST_F(DerivedBackTest, RefusesVersionsScriptsAndEnginesThatItDoesNotKnow) {
  write("0001_a.up.sql", "create tabel t (a int);\n");
  EXPECT_THROW(derived("7"), Error);
  EXPECT_THROW(derived("1"), Error);
  EXPECT_THROW(deriveBack(*db::sqlite::makeEngine(), folder(), *Version::parse("1")), Error);
}

}  // namespace
}  // namespace hotswap::versioned
