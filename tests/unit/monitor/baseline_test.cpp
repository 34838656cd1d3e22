#include "monitor/baseline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hotswap::monitor {
namespace {

Sample second(std::map<std::string, QuerySample> queries) {
  Sample sample;
  sample.length = Seconds(1);
  sample.hasQueryCounters = true;
  sample.queries = std::move(queries);
  return sample;
}

TEST(Baseline, HoldsMeanRateShareAndScatterOfEachQuery) {
  const std::vector samples{second({{"a", {.calls = 30, .totalMs = 30, .sumSquares = 60, .inFlight = {}}},
                                    {"b", {.calls = 1, .totalMs = 50, .sumSquares = 2500, .inFlight = {}}}}),
                            second({{"a", {.calls = 10, .totalMs = 20, .sumSquares = 100, .inFlight = {}}}})};
  const Baseline baseline = makeBaseline("primary", samples, TimePoint(Milliseconds(9)));
  EXPECT_EQ(baseline.instance, "primary");
  EXPECT_EQ(baseline.capturedAt, TimePoint(Milliseconds(9)));
  EXPECT_EQ(baseline.window, Seconds(2));
  const QueryBaseline& a = baseline.queries.at("a");
  EXPECT_DOUBLE_EQ(a.meanMs, 1.25);
  EXPECT_DOUBLE_EQ(a.callsPerSecond, 20);
  EXPECT_DOUBLE_EQ(a.share, 0.5);
  EXPECT_DOUBLE_EQ(a.deviationMs, std::sqrt(4 - 1.25 * 1.25));
  EXPECT_DOUBLE_EQ(baseline.queries.at("b").meanMs, 50);
  EXPECT_DOUBLE_EQ(baseline.snapshot.avgQueryLatencyMs.value(), 100.0 / 41);
}

TEST(Baseline, IsEmpty_WhenTheDatabaseIsQuiet) {
  const Baseline baseline = makeBaseline("primary", std::vector{second({}), second({})}, TimePoint{});
  EXPECT_TRUE(baseline.queries.empty());
  EXPECT_EQ(baseline.window, Seconds(2));
  EXPECT_FALSE(baseline.snapshot.avgQueryLatencyMs);
}

TEST(Baseline, IsEmpty_WhenThereAreNoSamples) {
  const Baseline baseline = makeBaseline("primary", {}, TimePoint{});
  EXPECT_TRUE(baseline.queries.empty());
  EXPECT_EQ(baseline.window, Seconds(0));
}

TEST(Baseline, KnowsNoQuery_WhenNoCallOfItFinished) {
  const std::vector samples{second({{"report", {.calls = 0, .totalMs = 0, .sumSquares = 0, .inFlight = {5000}}}})};
  EXPECT_TRUE(makeBaseline("primary", samples, TimePoint{}).queries.empty());
}

TEST(Baseline, LeavesOutHotSwapsOwnQueries_AlsoInSecondsBeforeTheyWereKnown) {
  std::vector samples{second({{"own", {.calls = 1, .totalMs = 90, .sumSquares = 8100, .inFlight = {}}},
                              {"a", {.calls = 1, .totalMs = 10, .sumSquares = 100, .inFlight = {}}}}),
                      second({})};
  samples[1].ownQueryIds = {"own"};
  const Baseline baseline = makeBaseline("primary", samples, TimePoint{});
  EXPECT_FALSE(baseline.queries.contains("own"));
  EXPECT_DOUBLE_EQ(baseline.queries.at("a").share, 1);
  EXPECT_DOUBLE_EQ(baseline.snapshot.avgQueryLatencyMs.value(), 10);
}

TEST(Baseline, DoesNotMixSources_WhenQueriesBeganToBeCountedInBetween) {
  Sample sampled;
  sampled.length = Seconds(1);
  sampled.queries[wholeDatabase] = {.calls = 500, .totalMs = 900, .sumSquares = 5000, .inFlight = {}};
  const std::vector samples{sampled, second({{"a", {.calls = 1, .totalMs = 10, .sumSquares = 100, .inFlight = {}}}})};
  const Baseline baseline = makeBaseline("primary", samples, TimePoint{});
  EXPECT_EQ(baseline.window, Seconds(1));
  EXPECT_FALSE(baseline.queries.contains(wholeDatabase));
  EXPECT_EQ(baseline.snapshot.latencySource, "pg_stat_statements");
}

}  // namespace
}  // namespace hotswap::monitor
