#include <gtest/gtest.h>

#include "simulated_load.h"

namespace hotswap::monitor {
namespace {

using Kind = Breach::Kind;

/// A quiet database, so that only what a test sets matters.
class BreachLimits : public ::testing::Test {
 protected:
  Sample with(std::optional<double> Sample::*member, std::optional<double> value) {
    Sample sample = load.next();
    sample.*member = value;
    return sample;
  }
  SimulatedLoad load{{}};
  Baseline quiet = load.baseline();
};

TEST_F(BreachLimits, FindsALockWaitOverTheLimit_AtTheSecondReading) {
  BreachDetector detector(quiet, {});
  double waited = 0;
  const Watched watched = watch(detector, 20, [&] { return with(&Sample::lockWaitMs, waited += 1000); });
  ASSERT_TRUE(watched.breach);
  EXPECT_EQ(watched.breach->kind, Kind::LockWait);
  EXPECT_EQ(watched.seconds, 7) << "6 s is the first over 5 s, 7 s the second";
  EXPECT_DOUBLE_EQ(watched.breach->limit, 5000);
  EXPECT_DOUBLE_EQ(watched.breach->value, 7000);
}

TEST_F(BreachLimits, LetsLockWaitsUnderTheLimitPass) {
  BreachDetector detector(quiet, {});
  double waited = 0;
  EXPECT_FALSE(watch(detector, 120, [&] {
                 waited = waited >= 5000 ? 0 : waited + 1000;
                 return with(&Sample::lockWaitMs, waited);
               }).breach);
}

TEST_F(BreachLimits, HoldsNoLockWaitAgainstTheChange_WhenTheApplicationWaitedAsLongBefore) {
  quiet.snapshot.lockWaitTimeMs = 20'000;
  BreachDetector detector(quiet, {});
  EXPECT_FALSE(watch(detector, 20, [&] { return with(&Sample::lockWaitMs, 25'000); }).breach);
  EXPECT_TRUE(watch(detector, 2, [&] { return with(&Sample::lockWaitMs, 31'000); }).breach);
}

TEST_F(BreachLimits, FindsABusyProcessor_OnlyAfterTwoMinutes) {
  BreachDetector detector(quiet, {});
  const Watched watched = watch(detector, 200, [&] { return with(&Sample::cpuPercent, 97); });
  ASSERT_TRUE(watched.breach);
  EXPECT_EQ(watched.breach->kind, Kind::Cpu);
  EXPECT_EQ(watched.seconds, 121);
}

TEST_F(BreachLimits, FindsABusyProcessor_WhenSingleSecondsDipUnderTheLimit) {
  BreachDetector detector(quiet, {});
  int second = 0;
  EXPECT_TRUE(watch(detector, 140, [&] { return with(&Sample::cpuPercent, ++second % 4 == 0 ? 85 : 99); }).breach);
}

TEST_F(BreachLimits, BeginsAnew_WhenTheProcessorWasFreeInBetween) {
  BreachDetector detector(quiet, {});
  ASSERT_FALSE(watch(detector, 100, [&] { return with(&Sample::cpuPercent, 99); }).breach);
  ASSERT_FALSE(watch(detector, 10, [&] { return with(&Sample::cpuPercent, 20); }).breach);
  EXPECT_FALSE(watch(detector, 100, [&] { return with(&Sample::cpuPercent, 99); }).breach);
}

TEST_F(BreachLimits, BlamesNobodyForTheProcessor_WhenItWasAsBusyBefore) {
  quiet.snapshot.cpuUsagePercent = 96;
  BreachDetector detector(quiet, {});
  EXPECT_FALSE(watch(detector, 300, [&] { return with(&Sample::cpuPercent, 99); }).breach);
}

TEST_F(BreachLimits, BlamesNobodyForTheProcessor_WhenItCannotBeRead) {
  BreachDetector detector(quiet, {});
  EXPECT_FALSE(watch(detector, 300, [&] { return with(&Sample::cpuPercent, std::nullopt); }).breach);
}

TEST_F(BreachLimits, FindsLag_WhenItIsNotBackWithinTwoMinutes) {
  BreachDetector detector(quiet, {});
  const Watched watched = watch(detector, 200, [&] { return with(&Sample::replicationLagSeconds, 61); });
  ASSERT_TRUE(watched.breach);
  EXPECT_EQ(watched.breach->kind, Kind::ReplicationLag);
  EXPECT_EQ(watched.seconds, 121);
}

TEST_F(BreachLimits, KeepsCountingLag_WhileItIsNotUnderTheSecondLimit) {
  BreachDetector detector(quiet, {});
  ASSERT_FALSE(detector.add(with(&Sample::replicationLagSeconds, 61)));
  EXPECT_TRUE(detector.lagging());
  EXPECT_TRUE(watch(detector, 130, [&] { return with(&Sample::replicationLagSeconds, 45); }).breach);
}

TEST_F(BreachLimits, ForgivesLag_WhenTheFollowersCatchUp) {
  BreachDetector detector(quiet, {});
  ASSERT_FALSE(watch(detector, 100, [&] { return with(&Sample::replicationLagSeconds, 80); }).breach);
  ASSERT_FALSE(detector.add(with(&Sample::replicationLagSeconds, 29)));
  EXPECT_FALSE(detector.lagging());
  EXPECT_FALSE(watch(detector, 300, [&] { return with(&Sample::replicationLagSeconds, 59); }).breach);
}

TEST_F(BreachLimits, FindsAnInstanceThatCannotBeRead_AfterTheWindow) {
  BreachDetector detector(quiet, {});
  const auto last = load.next();
  ASSERT_FALSE(detector.add(last));
  for (int second = 1; second < 5; ++second) {
    ASSERT_FALSE(detector.addUnreadable(last.at + std::chrono::seconds(second), "Connection refused.")) << second;
  }
  const auto breach = detector.addUnreadable(last.at + std::chrono::seconds(5), "Connection refused.");
  ASSERT_TRUE(breach);
  EXPECT_EQ(breach->kind, Kind::InstanceUnreachable);
  EXPECT_NE(breach->message.find("Connection refused."), std::string::npos);
}

TEST_F(BreachLimits, ForgivesAShortOutage) {
  BreachDetector detector(quiet, {});
  for (int outage = 0; outage < 10; ++outage) {
    const auto last = load.next();
    ASSERT_FALSE(detector.add(last));
    for (int second = 1; second < 5; ++second) {
      ASSERT_FALSE(detector.addUnreadable(last.at + std::chrono::seconds(second), "x"));
      load.next();
    }
  }
}

TEST_F(BreachLimits, CountsFromTheFirstFailure_WhenNothingWasEverRead) {
  BreachDetector detector(quiet, {});
  const auto start = std::chrono::steady_clock::time_point(std::chrono::seconds(5000));
  EXPECT_FALSE(detector.addUnreadable(start, "x"));
  EXPECT_FALSE(detector.addUnreadable(start + std::chrono::seconds(4), "x"));
  EXPECT_TRUE(detector.addUnreadable(start + std::chrono::seconds(5), "x"));
}

TEST_F(BreachLimits, TakesEachLimitFromTheSettings) {
  const WatchSettings settings{.lockWait = Seconds(1),
                               .lag = Seconds(10),
                               .lagPatience = Seconds(3),
                               .cpuPercent = 50,
                               .cpuPatience = Seconds(2)};
  BreachDetector locks(quiet, settings);
  EXPECT_EQ(watch(locks, 9, [&] { return with(&Sample::lockWaitMs, 1500); }).seconds, 2);
  BreachDetector lag(quiet, settings);
  EXPECT_TRUE(watch(lag, 9, [&] { return with(&Sample::replicationLagSeconds, 40); }).breach);
  BreachDetector cpu(quiet, settings);
  EXPECT_EQ(watch(cpu, 9, [&] { return with(&Sample::cpuPercent, 60); }).seconds, 3);
}

}  // namespace
}  // namespace hotswap::monitor
