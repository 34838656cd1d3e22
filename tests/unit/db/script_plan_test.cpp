#include "db/script_plan.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace hotswap::db {

namespace {

std::vector<Statement> statements(std::initializer_list<bool> transactional) {
  std::vector<Statement> result;
  for (const bool one : transactional) {
    Statement statement;
    statement.transactional = one;
    result.push_back(statement);
  }
  return result;
}

struct Shape {
  std::size_t first;
  std::size_t count;
  bool transactional;
  friend bool operator==(const Shape&, const Shape&) = default;
};

std::vector<Shape> shapes(std::initializer_list<bool> transactional) {
  std::vector<Shape> result;
  for (const Unit& unit : planUnits(statements(transactional)))
    result.push_back({unit.first, unit.count, unit.transactional});
  return result;
}

}  // namespace

TEST(PlanUnits, HasNoUnits_WhenThereAreNoStatements) { EXPECT_TRUE(shapes({}).empty()); }

TEST(PlanUnits, PutsStatementsThatStandTogetherIntoOneTransaction) {
  EXPECT_EQ(shapes({true, true, true}), (std::vector<Shape>{{0, 3, true}}));
}

TEST(PlanUnits, GivesEachStatementThatCantRunInATransactionAUnitOfItsOwn) {
  EXPECT_EQ(shapes({false, false}), (std::vector<Shape>{{0, 1, false}, {1, 1, false}}));
}

TEST(PlanUnits, NeverJoinsStatementsAcrossOneThatRunsAlone) {
  EXPECT_EQ(shapes({true, true, false, true, false, true, true}),
            (std::vector<Shape>{{0, 2, true}, {2, 1, false}, {3, 1, true}, {4, 1, false}, {5, 2, true}}));
}

TEST(PlanUnits, BeginsAnotherTransaction_WhereACommentAsksForIt) {
  std::vector<Statement> all = statements({true, true, false, true});
  all[1].beginsUnit = true;
  all[3].beginsUnit = true;
  const std::vector<Unit> units = planUnits(all);
  ASSERT_EQ(units.size(), 4U);
  EXPECT_EQ(units[0].count, 1U);
  EXPECT_TRUE(units[1].transactional);
}

}  // namespace hotswap::db
