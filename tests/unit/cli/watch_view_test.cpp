#include "cli/watch_view.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "support/manual_clock.h"

namespace hotswap::cli {
namespace {

const Paint plain(false);
constexpr TimePoint start = support::ManualClock::start;  // 2027-01-15 08:00:00 UTC

Json executionDocument() {
  return Json{{"executionId", "exec-1"},
              {"status", "Running"},
              {"startedAt", "2027-01-15T08:00:00.000Z"},
              {"progress", 10},
              {"monitoring", {{"latencyFactor", 1.5}}},
              {"phases", {{{"name", "primary"}, {"instances", {"primary"}}, {"status", "Pending"}}}},
              {"baseline", {{"instance", "primary"}, {"snapshot", {{"avgQueryLatencyMs", 1.0}}}}}};
}

WatchChange take(WatchState& state, const std::string& name, const Json& data) {
  return takeEvent(state, {.name = name, .data = data.dump(), .id = "1"});
}

Json snapshot(double latency, double lockWait = 0) {
  return {{"instance", "primary"},
          {"avgQueryLatencyMs", latency},
          {"lockWaitTimeMs", lockWait},
          {"replicationLagSeconds", nullptr},
          {"queriesPerSecond", 850.4}};
}

std::string joined(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, "\n")); }

struct Watched : testing::Test {
  Watched() { takeDocument(state, executionDocument()); }
  WatchState state;
};

TEST_F(Watched, ShowsStatusPhasesBarFiguresAndStatement) {
  take(state, "phase", {{"name", "primary"}, {"instances", {"primary"}}, {"status", "Running"}});
  take(state, "progress", {{"percent", 50.0}, {"activity", "building index: 41 %"}});
  take(state, "snapshot", snapshot(1.2, 30));
  take(state, "statement",
       {{"sequence", 1}, {"message", "runs"}, {"sqlStatement", "CREATE INDEX\n  CONCURRENTLY i ON t (a)"}});
  EXPECT_EQ(joined(liveBlock(state, start + std::chrono::seconds(102), "", 90, plain)),
            "exec-1  Running  1:42\n"
            "  ▶ primary\n"
            "  ███████████████░░░░░░░░░░░░░░░  50 %  building index: 41 %\n"
            "  primary  latency 1.20 ms (baseline 1.00 ms, 1.2x)  lock wait 30.00 ms  lag -\n"
            "  CREATE INDEX CONCURRENTLY i ON t (a)");
}

TEST_F(Watched, NeverDrawsALineWiderThanTheTerminal) {
  take(state, "snapshot", snapshot(1.2));
  take(state, "statement", {{"sequence", 1}, {"message", "m"}, {"sqlStatement", std::string(500, 'x')}});
  for (const std::size_t width : {1U, 20U, 40U, 79U}) {
    for (const std::string& line : liveBlock(state, start, "connection lost " + std::string(200, 'y'), width, plain)) {
      EXPECT_LE(displayWidth(line), width) << line;
    }
  }
}

TEST_F(Watched, ShowsWhatIsUnknownAsUnknown) {
  WatchState fresh;
  takeDocument(fresh, {{"executionId", "exec-2"}, {"status", "Pending"}});
  take(fresh, "snapshot", {{"instance", "primary"}, {"avgQueryLatencyMs", nullptr}});
  EXPECT_EQ(joined(liveBlock(fresh, start, "", 60, plain)),
            "exec-2  Pending  \n"
            "  ░░░░░░░░░░░░░░░░░░░░   0 %\n"
            "  primary  latency -  lock wait -  lag -");
}

TEST_F(Watched, ColoursABreach) {
  take(state, "snapshot", snapshot(1.6));
  const auto lines = liveBlock(state, start, "", 120, Paint(true));
  EXPECT_NE(lines.back().find("\x1b[31mlatency 1.60 ms (baseline 1.00 ms, 1.6x)\x1b[0m"), std::string::npos);
  EXPECT_NE(lines.back().find("850 queries/s"), std::string::npos);
}

TEST_F(Watched, KnowsWhenItIsOver) {
  EXPECT_FALSE(state.isOver());
  take(state, "status", {{"status", "RolledBack"}, {"message", "too slow"}});
  EXPECT_TRUE(state.isOver());
}

TEST_F(Watched, IsNotShakenByEventsOfAnotherShape) {
  for (const std::string data : {"", "null", "[]", "7", "{", R"({"percent":"x"})", R"({"instances":7,"name":{}})"}) {
    for (const std::string name : {"phase", "statement", "progress", "snapshot", "status", "future"}) {
      EXPECT_NO_THROW(takeEvent(state, {.name = name, .data = data, .id = ""})) << name << data;
    }
  }
}

TEST(StrainTest, GrowsFromNormalToBreach) {
  EXPECT_EQ(strainOf({}, 1.5), Strain::Unknown);
  EXPECT_EQ(strainOf({.latencyMs = 1.1, .baselineMs = 1.0}, 1.5), Strain::Normal);
  EXPECT_EQ(strainOf({.latencyMs = 1.3, .baselineMs = 1.0}, 1.5), Strain::Raised);
  EXPECT_EQ(strainOf({.latencyMs = 1.5, .baselineMs = 1.0}, 1.5), Strain::Breach);
  EXPECT_EQ(strainOf({.lockWaitMs = 1500}, 1.5), Strain::Raised);
  EXPECT_EQ(strainOf({.lagSeconds = 61}, 1.5), Strain::Breach);
  EXPECT_EQ(strainOf({.latencyMs = 1.0, .baselineMs = 0.0}, 1.5), Strain::Unknown);
}

struct Lines : Watched {
  std::string said(const std::string& name, const Json& data) {
    const WatchChange change = take(state, name, data);
    return joined(lines.of(state, change, start));
  }
  ChangeLines lines{plain};
};

TEST_F(Lines, SayAPhaseOnce) {
  const Json phase{{"name", "primary"}, {"instances", {"primary"}}, {"status", "Running"}};
  EXPECT_EQ(said("phase", phase), "08:00:00Z phase primary: Running");
  EXPECT_EQ(said("phase", phase), "");
}

TEST_F(Lines, SayProgressInTenths) {
  EXPECT_EQ(said("progress", {{"percent", 12}, {"activity", "building index: 1 %"}}),
            "08:00:00Z 12 % building index: 1 %");
  EXPECT_EQ(said("progress", {{"percent", 13}, {"activity", "building index: 2 %"}}), "");
  EXPECT_EQ(said("progress", {{"percent", 20}, {"activity", "building index: 9 %"}}),
            "08:00:00Z 20 % building index: 9 %");
  EXPECT_EQ(said("progress", {{"percent", 21}, {"activity", "watching: 2 min"}}), "08:00:00Z 21 % watching: 2 min");
}

TEST_F(Lines, SayFigures_OnlyWhenTheStrainChanges) {
  EXPECT_EQ(said("snapshot", snapshot(1.0)),
            "08:00:00Z primary  latency 1.00 ms (baseline 1.00 ms, 1.0x)  lock wait 0.00 ms  lag -  850 queries/s");
  EXPECT_EQ(said("snapshot", snapshot(1.05)), "");
  EXPECT_EQ(said("snapshot", snapshot(150.0)),
            "08:00:00Z primary  latency 150 ms (baseline 1.00 ms, 150.0x)  lock wait 0.00 ms  lag -  850 queries/s");
  EXPECT_EQ(said("snapshot", snapshot(149.0)), "");
}

TEST_F(Lines, SayTheLog) {
  EXPECT_EQ(said("statement", {{"sequence", 1},
                               {"timestamp", "2027-01-15T08:00:05.250Z"},
                               {"level", "warning"},
                               {"instance", "primary"},
                               {"message", "lock timeout"},
                               {"sqlStatement", "ALTER TABLE t ADD c int"},
                               {"durationMs", 5000},
                               {"rowsAffected", 1}}),
            "08:00:05Z warning primary: lock timeout (5.0 s, 1 row)  ALTER TABLE t ADD c int");
}

TEST_F(Lines, SayWhyAStatusChanged) {
  EXPECT_EQ(said("status", {{"status", "RolledBack"}, {"message", "latency 2.1x"}}),
            "08:00:00Z status RolledBack: latency 2.1x");
}

TEST_F(Lines, KeepEscapeSequencesOffTheTerminal) {
  EXPECT_EQ(said("statement", {{"sequence", 1}, {"message", "\x1b[2Jgone"}}), "\\x1B[2Jgone");
}

TEST(Summary, TellsWhyAndThatTheSchemaIsProved) {
  const Json execution{
      {"status", "RolledBack"},
      {"duration", 12.5},
      {"errorMessage", "latency 2.1x"},
      {"rollback",
       {{"reason", "latency 2.1x"}, {"duration", 0.8}, {"verified", true}, {"completedAt", "x"}, {"error", nullptr}}}};
  EXPECT_EQ(
      joined(summaryLines(execution, plain)),
      "RolledBack after 12.5 s\n  why: latency 2.1x\n  the schema is proved to be as before, the way back took 800 ms");
}

TEST(Summary, ClaimsNoProof_WhenNothingWasChanged) {
  const Json execution{
      {"status", "RolledBack"},
      {"errorMessage", "cancelled"},
      {"rollback", {{"reason", "cancelled"}, {"verified", false}, {"completedAt", "x"}, {"error", nullptr}}}};
  EXPECT_EQ(joined(summaryLines(execution, plain)),
            "RolledBack\n  why: cancelled\n  it ended before the first change, so there was nothing to undo");
}

TEST(Summary, TellsWhatIsLeftToDoByHand) {
  const Json execution{
      {"status", "Failed"},
      {"errorMessage", "the way back failed"},
      {"rollback", {{"reason", "cancelled"}, {"verified", false}, {"completedAt", "x"}, {"error", "drop index i"}}}};
  EXPECT_EQ(joined(summaryLines(execution, plain)),
            "Failed\n  why: the way back failed\n  rolled back because: cancelled\n  the schema is NOT proved to be as "
            "before\n"
            "  left to do by hand: drop index i");
}

TEST(Summary, CountsRows) {
  EXPECT_EQ(joined(summaryLines({{"status", "Succeeded"}, {"duration", 3}, {"rowsAffected", 1}}, plain)),
            "Succeeded after 3.0 s, 1 row affected");
}

}  // namespace
}  // namespace hotswap::cli
