#include "store/schema.h"

#include <fstream>

#include "store/query.h"
#include "store/sqlite.h"
#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() { std::ofstream(folder.path() / "s.db"); }
  int version() {
    int stored = 0;
    Query(*session, "SELECT MAX(version) FROM store_schema").into(stored).next();
    return stored;
  }
  support::TemporaryFolder folder;
  std::unique_ptr<soci::session> session = sqlite::openWriter(folder.path() / "s.db", Durability::ProcessDeath);
};

const SchemaStep first{.version = 1, .statements = {"CREATE TABLE a (x INTEGER)", "INSERT INTO a (x) VALUES (1)"}};
const SchemaStep second{.version = 2, .statements = {"CREATE TABLE b (x INTEGER)", "UPDATE a SET x = x + 1"}};
const SchemaStep broken{.version = 2, .statements = {"CREATE TABLE b (x INTEGER)", "UPDATE nothing SET x = 1"}};

TEST_F(SchemaTest, TakesOnlyTheStepsNotTakenYet) {
  upgradeSchema(*session, {first});
  EXPECT_EQ(version(), 1);
  upgradeSchema(*session, {first, second});
  upgradeSchema(*session, {first, second});
  EXPECT_EQ(version(), 2);
  int x = 0;
  Query(*session, "SELECT x FROM a").into(x).next();
  EXPECT_EQ(x, 2);
}

TEST_F(SchemaTest, LeavesAWholeOlderVersion_WhenAStepFails) {
  EXPECT_THROW(upgradeSchema(*session, {first, broken}), soci::soci_error);
  EXPECT_EQ(version(), 1);
  EXPECT_FALSE(sqlite::isInTransaction(*session));
  upgradeSchema(*session, {first, second});
  EXPECT_EQ(version(), 2);
}

TEST_F(SchemaTest, RefusesAStoreOfANewerVersion) {
  upgradeSchema(*session, {first, second});
  const Error error = errorOf([&] { upgradeSchema(*session, {first}); });
  EXPECT_EQ(error.code(), ErrorCode::Unavailable);
  EXPECT_NE(std::string(error.what()).find("newer version"), std::string::npos);
}

TEST_F(SchemaTest, RefusesAnotherProgramsDatabase) {
  Query(*session, "CREATE TABLE recipes (title TEXT)").run();
  EXPECT_EQ(codeOf([&] { upgradeSchema(*session, {first}); }), ErrorCode::Unavailable);
}

TEST_F(SchemaTest, NumbersItsStepsFromOneWithoutGaps) {
  int expected = 0;
  for (const SchemaStep& step : schemaSteps()) EXPECT_EQ(step.version, ++expected);
}

}  // namespace
}  // namespace hotswap::store
