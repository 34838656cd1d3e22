#include <gtest/gtest.h>

#include <cmath>

#include "simulated_load.h"

namespace hotswap::monitor {
namespace {

using Queries = std::map<std::string, SimulatedQuery>;
using Kind = Breach::Kind;

/// Ten queries of which one is dear, as applications have them.
Queries shop() {
  Queries queries{{"dear", {.meanMs = 40, .callsPerSecond = 20}}, {"hot", {.meanMs = 0.05, .callsPerSecond = 3000}}};
  for (int i = 0; i < 8; ++i) queries["q" + std::to_string(i)] = {.meanMs = 1, .callsPerSecond = 50};
  return queries;
}

TEST(LatencyBreach, IsNone_WhenNothingChanges) {
  SimulatedLoad load(shop());
  BreachDetector detector(load.baseline(), {});
  EXPECT_FALSE(watch(detector, 600, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsFoundOverTheAverage_WhenEverythingBecomesTwiceAsSlow) {
  SimulatedLoad load({{"a", {.meanMs = 2, .callsPerSecond = 100}}, {"b", {.meanMs = 5, .callsPerSecond = 40}}});
  BreachDetector detector(load.baseline(), {.queryShare = 2});  // no single query carries that much
  load.queries["a"].meanMs = 4;
  load.queries["b"].meanMs = 10;
  const Watched watched = watch(detector, 20, [&] { return load.next(); });
  ASSERT_TRUE(watched.breach);
  EXPECT_EQ(watched.breach->kind, Kind::AverageLatency);
  EXPECT_NEAR(watched.breach->value / watched.breach->limit, 2 / 1.5, 0.2);
  EXPECT_LE(watched.seconds, 8);
}

TEST(LatencyBreach, IsNone_ForWhatWaitedBehindOurOwnLock_AndIsFoundAfterwards) {
  SimulatedLoad load({{"a", {.meanMs = 2, .callsPerSecond = 100}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["a"].meanMs = 500;
  const auto blocked = [&] {
    Sample sample = load.next();
    sample.blockedByUs = true;
    return sample;
  };
  EXPECT_FALSE(watch(detector, 60, blocked).breach);
  EXPECT_TRUE(watch(detector, 10, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsFoundForOneHotQuery_WhenTheAverageHardlyMoves) {
  SimulatedLoad load(shop());
  const Baseline baseline = load.baseline();
  ASSERT_LT(load.queries["hot"].callsPerSecond * 0.25, 0.6 * 1350) << "the rise below must be hidden in the average";
  BreachDetector detector(baseline, {});
  load.queries["hot"].meanMs = 0.3;  // 750 ms a second more, where all queries take 1,350 ms together
  load.queries["dear"].callsPerSecond = 60;
  const Watched watched = watch(detector, 20, [&] { return load.next(); });
  ASSERT_TRUE(watched.breach);
  EXPECT_EQ(watched.breach->kind, Kind::QueryLatency);
  EXPECT_NE(watched.breach->message.find("Query hot"), std::string::npos) << watched.breach->message;
  EXPECT_LE(watched.seconds, 8);
}

TEST(LatencyBreach, IsFoundWithinTheWindowAndTwoSamples_WhicheverQueryIsRuined) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SimulatedLoad load(shop(), seed);
    BreachDetector detector(load.baseline(10, [&] { return load.noise(); }), {});
    ASSERT_FALSE(watch(detector, 30, [&] { return load.next(load.noise()); }).breach);
    auto query = load.queries.begin();
    std::advance(query, static_cast<long>(seed % load.queries.size()));
    query->second.meanMs *= 20;
    const Watched watched = watch(detector, 20, [&] { return load.next(load.noise()); });
    ASSERT_TRUE(watched.breach) << "seed " << seed << ", " << query->first;
    EXPECT_LE(watched.seconds, 7) << "seed " << seed << ", " << query->first;
    ++found;
  }
  EXPECT_EQ(found, 100);
}

TEST(LatencyBreach, IsFoundWithinTenSeconds_WhenTheRuinedQueryRunsOnlyThreeTimesASecond) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SimulatedLoad load({{"rare", {.meanMs = 5, .callsPerSecond = 3}}, {"other", {.meanMs = 1, .callsPerSecond = 100}}},
                       seed);
    BreachDetector detector(load.baseline(), {});
    load.queries["rare"].meanMs = 150;
    const Watched watched = watch(detector, 20, [&] { return load.next(); });
    ASSERT_TRUE(watched.breach) << "seed " << seed;
    EXPECT_LE(watched.seconds, 10) << "seed " << seed;
  }
}

TEST(LatencyBreach, IsNone_WhenTheDatabaseFallsQuiet) {
  SimulatedLoad load(shop());
  BreachDetector detector(load.baseline(), {});
  load.queries.clear();
  EXPECT_FALSE(watch(detector, 120, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsNone_WhenTheDatabaseWasQuietBefore) {
  SimulatedLoad load({});
  BreachDetector detector(load.baseline(), {});
  load.queries = shop();
  EXPECT_FALSE(watch(detector, 60, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsNone_WhenThereAreTooFewCallsToMeanSomething) {
  SimulatedLoad load({{"rare", {.meanMs = 5, .callsPerSecond = 0.5}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["rare"].meanMs = 20;
  EXPECT_FALSE(watch(detector, 60, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsNone_WhenOnlyTheMixShifts) {
  SimulatedLoad load({{"cheap", {.meanMs = 1, .callsPerSecond = 500}}, {"dear", {.meanMs = 50, .callsPerSecond = 2}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["cheap"].callsPerSecond = 20;
  load.queries["dear"].callsPerSecond = 30;
  EXPECT_FALSE(watch(detector, 120, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsNone_WhenAnUnknownDearQueryAppears) {
  SimulatedLoad load(shop());
  BreachDetector detector(load.baseline(), {});
  load.queries["new report"] = {.meanMs = 900, .callsPerSecond = 3};
  EXPECT_FALSE(watch(detector, 120, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsNone_WhenASpikeLastsThreeSeconds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedLoad load(shop(), seed);
    BreachDetector detector(load.baseline(), {});
    for (int spike = 0; spike < 5; ++spike) {
      ASSERT_FALSE(watch(detector, 3, [&] { return load.next(10); }).breach);
      ASSERT_FALSE(watch(detector, 5, [&] { return load.next(); }).breach);
    }
  }
}

TEST(LatencyBreach, IsNone_WhenTheMachineIsNoisyForHours) {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SimulatedLoad load(shop(), seed);
    BreachDetector detector(load.baseline(10, [&] { return load.noise(); }), {});
    if (watch(detector, 1800, [&] { return load.next(load.noise()); }).breach) ++alarms;
  }
  EXPECT_EQ(alarms, 0);
}

TEST(LatencyBreach, IsNone_WhenTheBaselineFellIntoAFastMinuteAndTheWatchIntoASlowOne) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SimulatedLoad load(shop(), seed);
    BreachDetector detector(load.baseline(10, [] { return 0.85; }), {});
    EXPECT_FALSE(watch(detector, 300, [&] { return load.next(1.4); }).breach) << "seed " << seed;
  }
}

TEST(LatencyBreach, IsNone_WhenHundredsOfRareQueriesScatterWidely) {
  Queries queries;
  for (int i = 0; i < 300; ++i)
    queries["q" + std::to_string(i)] = {.meanMs = 0.5 * (1 + i % 40), .callsPerSecond = 0.3 + 0.02 * i};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SimulatedLoad load(queries, seed);
    BreachDetector detector(load.baseline(), {.queryShare = 0.005});
    const Watched watched = watch(detector, 600, [&] { return load.next(load.noise()); });
    EXPECT_FALSE(watched.breach) << "seed " << seed << ": " << watched.breach->message;
  }
}

TEST(LatencyBreach, IsNone_WhenASingleCallOfAHotQueryTakesVeryLong) {
  SimulatedLoad load({{"hot", {.meanMs = 1, .callsPerSecond = 300}}});
  BreachDetector detector(load.baseline(), {});
  int second = 0;
  EXPECT_FALSE(watch(detector, 120, [&] {
                 Sample sample = load.next();
                 if (++second % 3 == 0) {
                   QuerySample& hot = sample.queries["hot"];
                   hot.calls += 1;
                   hot.totalMs += 3000;
                   hot.sumSquares += 3000.0 * 3000.0;
                 }
                 return sample;
               }).breach);
}

TEST(LatencyBreach, IsNone_WhenFewCallsHoldOneThatTookVeryLong) {
  SimulatedLoad load({{"few", {.meanMs = 1, .callsPerSecond = 2}}, {"other", {.meanMs = 1, .callsPerSecond = 50}}});
  int second = 0;
  for (int round = 0; round < 20; ++round) {
    BreachDetector detector(load.baseline(), {});
    EXPECT_FALSE(watch(detector, 60, [&] {
                   Sample sample = load.next();
                   QuerySample& few = sample.queries["few"];
                   if (++second % 9 == 0 && few.calls > 0) {
                     few.totalMs += 500;
                     few.sumSquares += 500.0 * 500.0;
                   }
                   return sample;
                 }).breach);
  }
}

TEST(LatencyBreach, IsNone_WhenTheRiseIsTooSmallToMatter) {
  SimulatedLoad load({{"tiny", {.meanMs = 0.02, .callsPerSecond = 500}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["tiny"].meanMs = 0.08;  // four times as slow, and 30 ms a second in all
  EXPECT_FALSE(watch(detector, 60, [&] { return load.next(); }).breach);
}

TEST(LatencyBreach, IsFound_WhenATinyQueryGrowsAndItsLoadWithIt) {
  SimulatedLoad load({{"tiny", {.meanMs = 0.03, .callsPerSecond = 5000}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["tiny"].meanMs = 0.15;
  const Watched watched = watch(detector, 20, [&] { return load.next(); });
  ASSERT_TRUE(watched.breach);
  EXPECT_LE(watched.seconds, 7);
}

TEST(LatencyBreach, IsNone_WhenTheRuinedQueryCarriesNoShareOfTheLoad) {
  SimulatedLoad load({{"small", {.meanMs = 0.5, .callsPerSecond = 5}}, {"big", {.meanMs = 10, .callsPerSecond = 100}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["small"].meanMs = 3;  // 15 ms a second of 1,000
  EXPECT_FALSE(watch(detector, 60, [&] { return load.next(); }).breach);
}

/// All calls hang: `clients` of them have been in flight for `elapsedMs`, and nothing finishes.
Sample hanging(SimulatedLoad& load, int clients, double elapsedMs) {
  const auto queries = std::exchange(load.queries, {});
  Sample sample = load.next();
  load.queries = queries;
  for (const auto& [id, query] : queries) {
    sample.queries[id].inFlight = std::vector<double>(static_cast<std::size_t>(clients), elapsedMs);
  }
  return sample;
}

TEST(LatencyBreach, IsFound_WhenCallsBecomeSoSlowThatNoneFinishes) {
  for (const int clients : {1, 2, 8}) {
    SimulatedLoad load({{"q", {.meanMs = 1, .callsPerSecond = 200}}});
    BreachDetector detector(load.baseline(), {});
    double elapsed = 0;
    const Watched watched = watch(detector, 20, [&] { return hanging(load, clients, elapsed += 1000); });
    ASSERT_TRUE(watched.breach) << clients;
    EXPECT_EQ(watched.breach->kind, Kind::QueryLatency);
    EXPECT_LE(watched.seconds, 7) << clients;
    EXPECT_NEAR(watched.breach->value, elapsed, 1) << "each call counts once, with the time it has taken by now";
  }
}

TEST(LatencyBreach, IsNone_WhenOneClientHangsAndTheOthersGoOn) {
  SimulatedLoad load({{"q", {.meanMs = 1, .callsPerSecond = 200}}});
  BreachDetector detector(load.baseline(), {});
  double elapsed = 0;
  EXPECT_FALSE(watch(detector, 60, [&] {
                 Sample sample = load.next();
                 sample.queries["q"].inFlight = {elapsed += 1000};
                 return sample;
               }).breach);
}

TEST(LatencyBreach, IsNone_WhenALongReportRunsThatAlsoRanBefore) {
  // A report of 20 s runs without a break, beside a light load; it finishes once in the baseline.
  SimulatedLoad load({{"light", {.meanMs = 1, .callsPerSecond = 50}}});
  double elapsed = 0;
  const auto next = [&] {
    Sample sample = load.next();
    elapsed += 1000;
    if (elapsed >= 20000) {
      sample.queries["report"] = {.calls = 1, .totalMs = 20000, .sumSquares = 4e8, .inFlight = {}};
      elapsed = 0;
    } else {
      sample.queries["report"].inFlight = {elapsed};
    }
    return sample;
  };
  std::vector<Sample> samples;
  samples.reserve(25);
  for (int i = 0; i < 25; ++i) samples.push_back(next());
  BreachDetector detector(makeBaseline("primary", samples, TimePoint{}), {});
  EXPECT_FALSE(watch(detector, 300, next).breach);
}

TEST(LatencyBreach, IsNone_WhenAReportTakesTenTimesAsLongOnce) {
  SimulatedLoad load(
      {{"light", {.meanMs = 1, .callsPerSecond = 50}}, {"report", {.meanMs = 100, .callsPerSecond = 0.3}}});
  BreachDetector detector(load.baseline(20), {});
  double elapsed = 0;
  EXPECT_FALSE(watch(detector, 30, [&] {
                 Sample sample = load.next();
                 sample.queries["report"].inFlight = {elapsed += 1000};
                 return sample;
               }).breach);
}

TEST(LatencyBreach, IsFound_WhenSecondsWithoutCallsLieInBetween) {
  SimulatedLoad load({{"bursty", {.meanMs = 2, .callsPerSecond = 50}}});
  BreachDetector detector(load.baseline(), {});
  load.queries["bursty"].meanMs = 60;
  int second = 0;
  const Watched watched = watch(detector, 20, [&] {
    Sample sample = load.next();
    if (++second % 2 == 0) sample.queries.clear();
    return sample;
  });
  ASSERT_TRUE(watched.breach);
  EXPECT_LE(watched.seconds, 9);
}

TEST(LatencyBreach, IsFound_WhenTheBaselineKnowsNothingOfTheScatter) {
  SimulatedLoad load(shop());
  Baseline baseline = load.baseline();
  for (auto& [id, query] : baseline.queries) query.deviationMs = 0;
  BreachDetector detector(baseline, {});
  ASSERT_FALSE(watch(detector, 60, [&] { return load.next(load.noise()); }).breach);
  load.queries["q3"].meanMs = 30;
  EXPECT_TRUE(watch(detector, 7, [&] { return load.next(load.noise()); }).breach);
}

TEST(LatencyBreach, GivesWayToASlowMachineByNoMoreThanFortyPercent) {
  SimulatedLoad load(shop());
  BreachDetector detector(load.baseline(), {});
  EXPECT_FALSE(watch(detector, 60, [&] { return load.next(1.9); }).breach);
  EXPECT_TRUE(watch(detector, 8, [&] { return load.next(4); }).breach);
}

/// A database without query counters: `clients` send transactions of `meanMs` with pauses of the same length.
Sample sampledSecond(SimulatedLoad& load, double clients, double meanMs) {
  const auto queries = std::exchange(load.queries, {});
  const Sample frame = load.next();
  load.queries = queries;
  db::VitalsReading before;
  db::VitalsReading after;
  before.at = frame.at - std::chrono::seconds(1);
  after.at = frame.at;
  const double busy = clients * meanMs / (meanMs + 2);
  before.transactions = 0;
  after.transactions = static_cast<std::int64_t>(busy * 1000 / meanMs * (0.8 + 0.4 * load.chance()));
  double seen = 0;
  for (int look = 0; look < 11; ++look) {
    for (int client = 0; client < static_cast<int>(clients); ++client) seen += load.chance() < busy / clients ? 1 : 0;
  }
  after.meanActive = seen / 11;
  after.activeLooks = 11;
  Sample sample = difference(before, after, frame.timestamp);
  sample.probeMs = frame.probeMs;
  return sample;
}

TEST(LatencyBreach, IsFoundWithoutQueryCounters_AndNoiseIsNot) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SimulatedLoad load({}, seed);
    std::vector<Sample> samples;
    samples.reserve(10);
    for (int i = 0; i < 10; ++i) samples.push_back(sampledSecond(load, 8, 2));
    BreachDetector detector(makeBaseline("primary", samples, TimePoint{}), {});
    ASSERT_FALSE(watch(detector, 600, [&] { return sampledSecond(load, 8, 2 * load.noise()); }).breach)
        << "seed " << seed;
    const Watched watched = watch(detector, 20, [&] { return sampledSecond(load, 8, 40); });
    ASSERT_TRUE(watched.breach) << "seed " << seed;
    EXPECT_EQ(watched.breach->kind, Kind::AverageLatency);
    EXPECT_LE(watched.seconds, 8) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hotswap::monitor
