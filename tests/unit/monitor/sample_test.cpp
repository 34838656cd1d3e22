#include "monitor/sample.h"

#include <gtest/gtest.h>

namespace hotswap::monitor {
namespace {

using std::chrono::steady_clock;

db::VitalsReading readingAt(int seconds) {
  db::VitalsReading reading;
  reading.at = steady_clock::time_point(std::chrono::seconds(seconds));
  reading.hasQueryCounters = true;
  return reading;
}

Sample oneSecond(const db::VitalsReading& before, const db::VitalsReading& after) {
  return difference(before, after, TimePoint(Milliseconds(1000)));
}

TEST(Difference, CountsTheCallsBetweenTwoReadings) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.queries["q"] = {.calls = 10, .totalMs = 20, .sumSquares = 50};
  after.queries["q"] = {.calls = 14, .totalMs = 32, .sumSquares = 100};
  const Sample sample = oneSecond(before, after);
  EXPECT_EQ(sample.length, Seconds(1));
  EXPECT_TRUE(sample.hasQueryCounters);
  EXPECT_DOUBLE_EQ(sample.queries.at("q").calls, 4);
  EXPECT_DOUBLE_EQ(sample.queries.at("q").totalMs, 12);
  EXPECT_DOUBLE_EQ(sample.queries.at("q").sumSquares, 50);
}

TEST(Difference, LeavesAQueryOut_WhenItDidNothing) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.queries["q"] = after.queries["q"] = {.calls = 10, .totalMs = 20, .sumSquares = 50};
  EXPECT_TRUE(oneSecond(before, after).queries.empty());
}

TEST(Difference, CountsANewQueryFromZero) {
  const auto before = readingAt(1);
  auto after = readingAt(2);
  after.queries["new"] = {.calls = 3, .totalMs = 6, .sumSquares = 12};
  EXPECT_DOUBLE_EQ(oneSecond(before, after).queries.at("new").calls, 3);
}

TEST(Difference, ForgetsAQuery_WhenTheServerEvictedIt) {
  auto before = readingAt(1);
  const auto after = readingAt(2);
  before.queries["gone"] = {.calls = 3, .totalMs = 6, .sumSquares = 12};
  EXPECT_TRUE(oneSecond(before, after).queries.empty());
}

TEST(Difference, IsAbsentAndNeverNegative_WhenCountersWereReset) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.queries["q"] = {.calls = 1000, .totalMs = 2000, .sumSquares = 5000};
  after.queries["q"] = {.calls = 3, .totalMs = 6, .sumSquares = 12};
  before.deadlocks = 7;
  after.deadlocks = 0;
  before.sequentialScans = before.diskOperations = 100;
  after.sequentialScans = after.diskOperations = 5;
  before.cpuBusySeconds = before.cpuTotalSeconds = 50;
  after.cpuBusySeconds = after.cpuTotalSeconds = 1;
  const Sample sample = oneSecond(before, after);
  EXPECT_TRUE(sample.queries.empty());
  EXPECT_FALSE(sample.deadlocks);
  EXPECT_FALSE(sample.sequentialScans);
  EXPECT_FALSE(sample.diskOperations);
  EXPECT_FALSE(sample.cpuPercent);
}

TEST(Difference, TakesNoHistoryForASecond_WhenQueriesBeganToBeCounted) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.hasQueryCounters = false;
  after.queries["old"] = {.calls = 1'000'000, .totalMs = 1e9, .sumSquares = 1e12};
  const Sample sample = oneSecond(before, after);
  EXPECT_FALSE(sample.hasQueryCounters);
  EXPECT_TRUE(sample.queries.empty());
}

TEST(Difference, KeepsCallsInFlightApartFromFinishedOnes) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  after.queries["q"] = {.calls = 2, .totalMs = 4, .sumSquares = 8};
  after.running = {
      {.queryId = "q", .elapsedMs = 900}, {.queryId = "q", .elapsedMs = 1500}, {.queryId = "other", .elapsedMs = 3}};
  const Sample sample = oneSecond(before, after);
  EXPECT_DOUBLE_EQ(sample.queries.at("q").totalMs, 4);
  EXPECT_EQ(sample.queries.at("q").inFlight, (std::vector<double>{900, 1500}));
  EXPECT_DOUBLE_EQ(sample.queries.at("other").calls, 0);
}

TEST(Difference, LeavesOutWhoWaitsForALock_AndWhoHasNoQueryId) {
  const auto before = readingAt(1);
  auto after = readingAt(2);
  after.running = {{.queryId = "q", .elapsedMs = 900, .waitingForLock = true}, {.queryId = "", .elapsedMs = 900}};
  EXPECT_TRUE(oneSecond(before, after).queries.empty());
}

TEST(Difference, LeavesOutWhatHotSwapRuns_FinishedOrNot) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.ownQueryIds = {"early"};
  after.ownQueryIds = {"late"};
  after.queries["early"] = after.queries["late"] = {.calls = 1, .totalMs = 1, .sumSquares = 1};
  after.running = {{.queryId = "late", .elapsedMs = 900}};
  EXPECT_TRUE(oneSecond(before, after).queries.empty());
}

TEST(Difference, KeepsSquaresPossible_WhenLargeSumsLoseDigits) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.queries["q"] = {.calls = 10, .totalMs = 20, .sumSquares = 1e18};
  after.queries["q"] = {.calls = 14, .totalMs = 32, .sumSquares = 1e18 - 512};
  EXPECT_DOUBLE_EQ(oneSecond(before, after).queries.at("q").sumSquares, 12.0 * 12 / 4);
}

TEST(Difference, GivesTheShareOfProcessorTimeThatWasBusy) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.cpuBusySeconds = 10;
  before.cpuTotalSeconds = 100;
  after.cpuBusySeconds = 11;
  after.cpuTotalSeconds = 104;
  EXPECT_DOUBLE_EQ(oneSecond(before, after).cpuPercent.value(), 25);
}

TEST(Difference, TakesTheWholeDatabaseForOneQuery_WhenNoneAreCounted) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.hasQueryCounters = after.hasQueryCounters = false;
  before.transactions = 100;
  after.transactions = 150;
  after.meanActive = 2;
  after.activeLooks = 11;
  const Sample sample = oneSecond(before, after);
  EXPECT_FALSE(sample.hasQueryCounters);
  EXPECT_DOUBLE_EQ(sample.queries.at(wholeDatabase).calls, 50);
  EXPECT_DOUBLE_EQ(sample.queries.at(wholeDatabase).totalMs, 2000);
}

TEST(Difference, CountsThoseWhoRun_WhenNothingFinishesAndNoneAreCounted) {
  auto before = readingAt(1);
  auto after = readingAt(2);
  before.hasQueryCounters = after.hasQueryCounters = false;
  before.transactions = after.transactions = 100;
  after.meanActive = 8;
  after.activeLooks = 11;
  const Sample sample = oneSecond(before, after);
  EXPECT_DOUBLE_EQ(sample.queries.at(wholeDatabase).calls, 8);
  EXPECT_DOUBLE_EQ(sample.queries.at(wholeDatabase).totalMs, 8000);
}

TEST(Summarise, GivesAbsentValues_WhenThereAreNoSamples) {
  const PerformanceSnapshot snapshot = summarise("primary", {}, TimePoint(Milliseconds(5)));
  EXPECT_EQ(snapshot.instance, "primary");
  EXPECT_EQ(snapshot.timestamp, TimePoint(Milliseconds(5)));
  EXPECT_FALSE(snapshot.avgQueryLatencyMs);
  EXPECT_FALSE(snapshot.p50QueryLatencyMs);
  EXPECT_FALSE(snapshot.lockWaitTimeMs);
  EXPECT_FALSE(snapshot.queriesPerSecond);
  EXPECT_FALSE(snapshot.cpuUsagePercent);
}

Sample sampleWith(QuerySample query) {
  Sample sample;
  sample.length = Seconds(1);
  sample.hasQueryCounters = true;
  sample.queries["q"] = std::move(query);
  return sample;
}

TEST(Summarise, HasNoLatency_WhenTheDatabaseIsQuiet) {
  Sample quiet;
  quiet.length = Seconds(1);
  quiet.hasQueryCounters = true;
  const PerformanceSnapshot snapshot = summarise("primary", std::vector{quiet}, TimePoint{});
  EXPECT_FALSE(snapshot.avgQueryLatencyMs);
  EXPECT_DOUBLE_EQ(snapshot.queriesPerSecond.value(), 0);
  EXPECT_EQ(snapshot.latencySource, "pg_stat_statements");
}

TEST(Summarise, WeighsTheAverageByCalls) {
  const std::vector samples{sampleWith({.calls = 90, .totalMs = 90, .sumSquares = 90, .inFlight = {}}),
                            sampleWith({.calls = 10, .totalMs = 110, .sumSquares = 1210, .inFlight = {}})};
  const PerformanceSnapshot snapshot = summarise("primary", samples, TimePoint{});
  EXPECT_DOUBLE_EQ(snapshot.avgQueryLatencyMs.value(), 2);
  EXPECT_DOUBLE_EQ(snapshot.queriesPerSecond.value(), 50);
}

TEST(Summarise, CountsACallInFlightOnce_HoweverManySecondsItRan) {
  const std::vector samples{sampleWith({.calls = 0, .totalMs = 0, .sumSquares = 0, .inFlight = {1000}}),
                            sampleWith({.calls = 0, .totalMs = 0, .sumSquares = 0, .inFlight = {2000}}),
                            sampleWith({.calls = 0, .totalMs = 0, .sumSquares = 0, .inFlight = {3000}})};
  EXPECT_DOUBLE_EQ(summarise("primary", samples, TimePoint{}).avgQueryLatencyMs.value(), 3000);
}

TEST(Summarise, IgnoresCallsInFlight_WhenTheyHaveNotYetTakenLongerThanUsual) {
  const std::vector samples{sampleWith({.calls = 10, .totalMs = 100, .sumSquares = 1000, .inFlight = {4, 9}})};
  EXPECT_DOUBLE_EQ(summarise("primary", samples, TimePoint{}).avgQueryLatencyMs.value(), 10);
}

TEST(Summarise, AddsAveragesAndTakesTheLongest_EachValueInItsOwnWay) {
  Sample first;
  first.length = Seconds(1);
  first.activeConnections = 2;
  first.lockWaitMs = 700;
  first.deadlocks = 1;
  first.sequentialScans = 10;
  first.diskOperations = 6;
  first.replicationLagSeconds = 9;
  first.cpuPercent = 40;
  Sample second = first;
  second.activeConnections = 4;
  second.lockWaitMs = 0;
  second.deadlocks = 2;
  second.sequentialScans = std::nullopt;
  second.diskOperations = 8;
  second.replicationLagSeconds = 3;
  second.cpuPercent = 60;
  const PerformanceSnapshot snapshot = summarise("primary", std::vector{first, second}, TimePoint{});
  EXPECT_DOUBLE_EQ(snapshot.activeConnections.value(), 3);
  EXPECT_DOUBLE_EQ(snapshot.lockWaitTimeMs.value(), 700);
  EXPECT_DOUBLE_EQ(snapshot.deadlocks.value(), 3);
  EXPECT_DOUBLE_EQ(snapshot.sequentialScansPerSecond.value(), 10) << "only the second in which it could be read counts";
  EXPECT_DOUBLE_EQ(snapshot.diskIopsPerSecond.value(), 7);
  EXPECT_DOUBLE_EQ(snapshot.replicationLagSeconds.value(), 3);
  EXPECT_DOUBLE_EQ(snapshot.cpuUsagePercent.value(), 50);
  EXPECT_EQ(snapshot.latencySource, "pg_stat_activity");
}

TEST(Summarise, TakesPercentilesOverAllProbes) {
  Sample sample;
  sample.length = Seconds(1);
  std::vector<Sample> samples(10, sample);
  for (int i = 0; i < 100; ++i) samples[static_cast<std::size_t>(i % 10)].probeMs.push_back(i + 1);
  const PerformanceSnapshot snapshot = summarise("primary", samples, TimePoint{});
  EXPECT_DOUBLE_EQ(snapshot.p50QueryLatencyMs.value(), 50);
  EXPECT_DOUBLE_EQ(snapshot.p95QueryLatencyMs.value(), 95);
  EXPECT_DOUBLE_EQ(snapshot.p99QueryLatencyMs.value(), 99);
}

TEST(Quantile, IsTheOnlyValue_WhenThereIsOne) {
  EXPECT_DOUBLE_EQ(quantile({7}, 0).value(), 7);
  EXPECT_DOUBLE_EQ(quantile({7}, 0.99).value(), 7);
  EXPECT_FALSE(quantile({}, 0.5));
}

}  // namespace
}  // namespace hotswap::monitor
