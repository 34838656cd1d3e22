#include "strategy/plan.h"

#include <gtest/gtest.h>

namespace hotswap::strategy {
namespace {

TEST(Plan, DirectChangesThePrimaryAlone_AndWatchesItAsAskedFor) {
  ExecutionOptions options;
  options.watch.primary = Seconds(7);
  DatabaseTarget database;
  database.replicas.resize(3);
  const Plan plan = makePlan(database, options);
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0].instances, std::vector<std::string>{primaryInstance});
  EXPECT_EQ(plan[0].watch, Seconds(7));
}

TEST(Plan, IsRefused_ForAStrategyThatCannotBeHadYet) {
  for (const Strategy strategy : {Strategy::Phased, Strategy::Canary, Strategy::BlueGreen, Strategy::Shadow}) {
    ExecutionOptions options;
    options.strategy = strategy;
    try {
      static_cast<void>(makePlan({}, options));
      FAIL() << toText(strategy) << " was planned";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::ValidationError);
      EXPECT_NE(std::string(error.what()).find(toText(strategy)), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace hotswap::strategy
