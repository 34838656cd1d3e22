#include <gtest/gtest.h>

#include "execution/way_back.h"

namespace hotswap::execution {

namespace {

db::Statement schemaChange() { return {}; }

db::Statement rowChange() {
  db::Statement statement;
  statement.changesData = true;
  return statement;
}

db::Statement concurrentBuild(const std::string& index) {
  db::Statement statement;
  statement.transactional = false;
  statement.concurrentBuild =
      db::ConcurrentBuild{.kind = db::ConcurrentBuild::Kind::Create, .schema = {}, .table = "t", .index = index};
  return statement;
}

ForwardState stateAfter(std::vector<db::Statement> statements, std::size_t unitsDone) {
  const db::ParsedScript script{.statements = std::move(statements), .error = {}};
  return forwardStateOf(script, db::planUnits(script.statements), unitsDone);
}

}  // namespace

TEST(ForwardState, CountsUnitsAndNotStatements) {
  const ForwardState state = stateAfter({schemaChange(), schemaChange(), concurrentBuild("i"), schemaChange()}, 1);
  EXPECT_EQ(state.unitsDone, 1U);
  EXPECT_EQ(state.unitsTotal, 3U);
}

TEST(ForwardState, TellsRowsThatWereChangedFromRowsThatWereNot) {
  const std::vector<db::Statement> script{rowChange(), concurrentBuild("i"), rowChange()};
  EXPECT_FALSE(stateAfter(script, 0).dataUnitDone);
  EXPECT_TRUE(stateAfter(script, 0).dataUnitMissing);
  EXPECT_TRUE(stateAfter(script, 1).dataUnitDone);
  EXPECT_TRUE(stateAfter(script, 1).dataUnitMissing);
  EXPECT_TRUE(stateAfter(script, 3).dataUnitDone);
  EXPECT_FALSE(stateAfter(script, 3).dataUnitMissing);
}

TEST(ForwardState, NamesTheBuildsThatAreNotDone) {
  const ForwardState state =
      stateAfter({concurrentBuild("done"), concurrentBuild("open"), concurrentBuild("later")}, 1);
  ASSERT_EQ(state.unfinishedBuilds.size(), 2U);
  EXPECT_EQ(state.unfinishedBuilds[0].index, "open");
  EXPECT_EQ(state.unfinishedBuilds[1].index, "later");
}

}  // namespace hotswap::execution
