#include "domain/execution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace hotswap {
namespace {

using Fields = std::vector<std::string>;

Fields wrongFields(const ExecutionOptions& options) {
  Fields fields;
  for (const ErrorDetail& detail : checkFields(options)) {
    EXPECT_FALSE(detail.message.empty()) << detail.field;
    fields.push_back(detail.field);
  }
  return fields;
}

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(ExecutionOptions, HaveTheDefaultsOfTheContract) {
  const ExecutionOptions options;
  EXPECT_EQ(wrongFields(options), Fields{});
  EXPECT_EQ(options.strategy, Strategy::Direct);
  EXPECT_FALSE(options.dryRun);
  EXPECT_TRUE(options.autoRollback);
  EXPECT_EQ(options.timeout.count(), 30 * 60);
  EXPECT_EQ(options.watch.primary.count(), 120);
  EXPECT_EQ(options.watch.latencyFactor, 1.5);
  EXPECT_EQ(options.watch.queryShare, 0.05);
  EXPECT_EQ(options.watch.lockWait.count(), 5);
  EXPECT_EQ(options.watch.lag.count(), 60);
  EXPECT_EQ(options.watch.lagRecovered.count(), 30);
  EXPECT_EQ(options.watch.lagPatience.count(), 120);
  EXPECT_EQ(options.watch.cpuPercent, 90);
  EXPECT_EQ(options.watch.cpuPatience.count(), 120);
  EXPECT_EQ(options.watch.window.count(), 5);
}

/// One number of the options, with values at the edge of what it may be.
struct Bounds {
  const char* field;
  void (*set)(ExecutionOptions&, double);
  std::vector<double> right;
  std::vector<double> wrong;
};

std::vector<Bounds> allBounds() {
  return {
      {"timeout", [](ExecutionOptions& o, double v) { o.timeout = Seconds(v); }, {0.001, 7200}, {0, -1, 7200.001}},
      {"monitoring.primarySeconds",
       [](ExecutionOptions& o, double v) { o.watch.primary = Seconds(v); },
       {0, 86'400},
       {-0.001, 86'400.001}},
      {"monitoring.baselineSeconds",
       [](ExecutionOptions& o, double v) { o.watch.baseline = Seconds(v); },
       {0.001, 600},
       {0, 600.001}},
      {"monitoring.latencyFactor",
       [](ExecutionOptions& o, double v) { o.watch.latencyFactor = v; },
       {1.001, 1000},
       {1, 0, -1.5, 1000.001}},
      {"monitoring.lockWaitSeconds",
       [](ExecutionOptions& o, double v) { o.watch.lockWait = Seconds(v); },
       {0.001, 3600},
       {0, -5, 3600.001}},
      {"monitoring.lagSeconds",
       [](ExecutionOptions& o, double v) { o.watch.lag = Seconds(v); },
       {0.001, 86'400},
       {0, 86'400.001}},
      {"monitoring.cpuPercent",
       [](ExecutionOptions& o, double v) { o.watch.cpuPercent = v; },
       {0.001, 100},
       {0, -1, 100.001}},
      {"monitoring.windowSeconds",
       [](ExecutionOptions& o, double v) { o.watch.window = Seconds(v); },
       {1, 600},
       {0.999, 0, 600.001}},
  };
}

TEST(ExecutionOptions, TakeEachNumberUpToItsEdge) {
  for (const Bounds& bounds : allBounds()) {
    for (const double value : bounds.right) {
      ExecutionOptions options;
      bounds.set(options, value);
      EXPECT_EQ(wrongFields(options), Fields{}) << bounds.field << " = " << value;
    }
  }
}

TEST(ExecutionOptions, NameTheNumberThatIsOutOfItsBounds) {
  for (const Bounds& bounds : allBounds()) {
    std::vector<double> wrong = bounds.wrong;
    wrong.insert(wrong.end(), {std::nan(""), infinity, -infinity, 1e308});
    for (const double value : wrong) {
      ExecutionOptions options;
      bounds.set(options, value);
      EXPECT_EQ(wrongFields(options), Fields{bounds.field}) << bounds.field << " = " << value;
    }
  }
}

TEST(ExecutionStatus, IsTerminal_WhenNothingMoreHappensByItself) {
  EXPECT_FALSE(isTerminal(ExecutionStatus::Pending));
  EXPECT_FALSE(isTerminal(ExecutionStatus::Running));
  EXPECT_FALSE(isTerminal(ExecutionStatus::Paused));
  EXPECT_TRUE(isTerminal(ExecutionStatus::Succeeded));
  EXPECT_TRUE(isTerminal(ExecutionStatus::Failed));
  EXPECT_TRUE(isTerminal(ExecutionStatus::RolledBack));
}

TEST(MigrationStatusAfter, FollowsTheExecution) {
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::Pending, false), MigrationStatus::InProgress);
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::Running, false), MigrationStatus::InProgress);
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::Paused, false), MigrationStatus::InProgress);
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::Succeeded, false), MigrationStatus::Succeeded);
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::Failed, false), MigrationStatus::Failed);
  EXPECT_EQ(migrationStatusAfter(ExecutionStatus::RolledBack, false), MigrationStatus::RolledBack);
}

TEST(MigrationStatusAfter, LeavesTheMigrationAsItIs_AfterADryRun) {
  for (const auto& [status, text] : EnumTexts<ExecutionStatus>::entries) {
    EXPECT_EQ(migrationStatusAfter(status, true), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hotswap
