#include "store/execution_json.h"

#include <cmath>
#include <limits>

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

TEST(ExecutionJson, KeepsEveryOption) {
  ExecutionOptions written;
  written.strategy = Strategy::Shadow;
  written.dryRun = true;
  written.autoRollback = false;
  written.timeout = Seconds(1);
  written.watch = {.primary = Seconds(2),
                   .baseline = Seconds(3),
                   .latencyFactor = 4,
                   .queryShare = 0.5,
                   .lockWait = Seconds(6),
                   .lag = Seconds(7),
                   .lagRecovered = Seconds(8),
                   .lagPatience = Seconds(9),
                   .cpuPercent = 10,
                   .cpuPatience = Seconds(11),
                   .window = Seconds(12.25)};
  const ExecutionOptions read = optionsFromJson(toJson(written));
  EXPECT_EQ(read.strategy, written.strategy);
  EXPECT_EQ(read.dryRun, written.dryRun);
  EXPECT_EQ(read.autoRollback, written.autoRollback);
  EXPECT_EQ(read.timeout, written.timeout);
  EXPECT_EQ(read.watch.primary, written.watch.primary);
  EXPECT_EQ(read.watch.baseline, written.watch.baseline);
  EXPECT_EQ(read.watch.latencyFactor, written.watch.latencyFactor);
  EXPECT_EQ(read.watch.queryShare, written.watch.queryShare);
  EXPECT_EQ(read.watch.lockWait, written.watch.lockWait);
  EXPECT_EQ(read.watch.lag, written.watch.lag);
  EXPECT_EQ(read.watch.lagRecovered, written.watch.lagRecovered);
  EXPECT_EQ(read.watch.lagPatience, written.watch.lagPatience);
  EXPECT_EQ(read.watch.cpuPercent, written.watch.cpuPercent);
  EXPECT_EQ(read.watch.cpuPatience, written.watch.cpuPatience);
  EXPECT_EQ(read.watch.window, written.watch.window);
}

TEST(ExecutionJson, KeepsEveryFigureOfASnapshot) {
  const PerformanceSnapshot written{.instance = "rep-1",
                                    .timestamp = TimePoint(Milliseconds(1234567890123)),
                                    .avgQueryLatencyMs = 1,
                                    .p50QueryLatencyMs = 2,
                                    .p95QueryLatencyMs = 3,
                                    .p99QueryLatencyMs = 4,
                                    .activeConnections = 5,
                                    .lockWaitTimeMs = 6,
                                    .deadlocks = 7,
                                    .replicationLagSeconds = 8,
                                    .sequentialScansPerSecond = 9,
                                    .cpuUsagePercent = 10,
                                    .diskIopsPerSecond = 11,
                                    .queriesPerSecond = 12,
                                    .latencySource = "pg_stat_statements"};
  const PerformanceSnapshot read = snapshotFromJson(toJson(written));
  EXPECT_EQ(read.instance, written.instance);
  EXPECT_EQ(read.timestamp, written.timestamp);
  EXPECT_EQ(read.avgQueryLatencyMs, 1);
  EXPECT_EQ(read.p50QueryLatencyMs, 2);
  EXPECT_EQ(read.p95QueryLatencyMs, 3);
  EXPECT_EQ(read.p99QueryLatencyMs, 4);
  EXPECT_EQ(read.activeConnections, 5);
  EXPECT_EQ(read.lockWaitTimeMs, 6);
  EXPECT_EQ(read.deadlocks, 7);
  EXPECT_EQ(read.replicationLagSeconds, 8);
  EXPECT_EQ(read.sequentialScansPerSecond, 9);
  EXPECT_EQ(read.cpuUsagePercent, 10);
  EXPECT_EQ(read.diskIopsPerSecond, 11);
  EXPECT_EQ(read.queriesPerSecond, 12);
  EXPECT_EQ(read.latencySource, "pg_stat_statements");
}

TEST(ExecutionJson, TakesDefaultsForMissingAndNullKeysAndPassesOverUnknownOnes) {
  const ExecutionOptions options =
      optionsFromJson(R"({"dryRun":true,"timeoutSeconds":null,"watch":{"new":1},"future":{"a":[1]}})");
  EXPECT_TRUE(options.dryRun);
  EXPECT_EQ(options.strategy, Strategy::Direct);
  EXPECT_EQ(options.timeout, ExecutionOptions{}.timeout);
  EXPECT_EQ(options.watch.window, WatchSettings{}.window);
  EXPECT_EQ(optionsFromJson("{}").autoRollback, true);
  EXPECT_TRUE(phasesFromJson("[]").empty());
  EXPECT_EQ(phasesFromJson("[{}]").at(0).status, PhaseStatus::Pending);
  EXPECT_EQ(snapshotFromJson("{}").deadlocks, std::nullopt);
  EXPECT_EQ(rollbackFromJson("{}").verified, false);
  EXPECT_EQ(baselineFromJson("{}").window, Seconds(0));
  EXPECT_EQ(queriesFromJson(R"({"1":{}})").at("1").share, 0);
}

TEST(ExecutionJson, RefusesDamagedTexts) {
  for (const std::string text : {"", "{", "1", "\"x\"", "null", R"({"dryRun":"yes"})", R"({"strategy":"Sideways"})",
                                 R"({"strategy":1})", R"({"watch":[]})"}) {
    EXPECT_EQ(codeOf([&] { (void)optionsFromJson(text); }), ErrorCode::InternalError) << text;
  }
  EXPECT_EQ(codeOf([&] { (void)phasesFromJson("{}"); }), ErrorCode::InternalError);
  EXPECT_EQ(codeOf([&] { (void)phasesFromJson("[1]"); }), ErrorCode::InternalError);
  EXPECT_EQ(codeOf([&] { (void)queriesFromJson("[]"); }), ErrorCode::InternalError);
}

TEST(ExecutionJson, WritesBrokenUtf8AndNumbersThatAreNotFinite) {
  const RollbackRecord record = rollbackFromJson(toJson(RollbackRecord{.reason = "a\xFF z", .error = "ok"}));
  EXPECT_EQ(record.reason, "a\xEF\xBF\xBD z");
  const PerformanceSnapshot snapshot =
      snapshotFromJson(toJson(PerformanceSnapshot{.avgQueryLatencyMs = std::nan(""),
                                                  .p50QueryLatencyMs = std::numeric_limits<double>::infinity(),
                                                  .deadlocks = 0}));
  EXPECT_EQ(snapshot.avgQueryLatencyMs, std::nullopt);
  EXPECT_EQ(snapshot.p50QueryLatencyMs, std::nullopt);
  EXPECT_EQ(snapshot.deadlocks, 0);
}

}  // namespace
}  // namespace hotswap::store
