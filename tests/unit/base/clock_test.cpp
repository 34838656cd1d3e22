#include "base/clock.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "support/manual_clock.h"

namespace hotswap {
namespace {

using namespace std::chrono_literals;

TEST(SystemClock, NamesAMomentOfThisCentury) {
  const SystemClock clock;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(clock.now()));
  EXPECT_GE(today.year(), std::chrono::year(2024));
  EXPECT_LT(today.year(), std::chrono::year(2100));
}

TEST(SystemClock, NeverRunsBackwards_WhenAskedForSteadyTime) {
  const SystemClock clock;
  auto previous = clock.steadyNow();
  for (int i = 0; i < 1000; ++i) {
    const auto now = clock.steadyNow();
    ASSERT_GE(now, previous);
    previous = now;
  }
}

TEST(SystemClock, WaitsTheWholeTime_WhenNobodyStopsIt) {
  SystemClock clock;
  const auto begun = clock.steadyNow();
  EXPECT_TRUE(clock.waitFor(20ms, std::stop_token()));
  EXPECT_GE(clock.steadyNow() - begun, 20ms);
}

TEST(SystemClock, ReturnsAtOnce_WhenThereIsNothingToWaitFor) {
  SystemClock clock;
  EXPECT_TRUE(clock.waitFor(0ms, std::stop_token()));
  EXPECT_TRUE(clock.waitFor(-1h, std::stop_token()));
}

TEST(SystemClock, DoesNotWait_WhenAlreadyStopped) {
  SystemClock clock;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(clock.waitFor(1h, stop.get_token()));
}

TEST(SystemClock, WakesUp_WhenStoppedFromAnotherThread) {
  SystemClock clock;
  std::stop_source stop;
  auto waited = std::async(std::launch::async, [&] { return clock.waitFor(1h, stop.get_token()); });
  stop.request_stop();
  ASSERT_EQ(waited.wait_for(30s), std::future_status::ready);
  EXPECT_FALSE(waited.get());
}

TEST(ManualClock, MovesOnlyWhenSomebodyWaitsOrAdvancesIt) {
  support::ManualClock clock;
  const auto begun = clock.now();
  const auto steadyBegun = clock.steadyNow();
  clock.advance(5s);
  EXPECT_TRUE(clock.waitFor(10min, std::stop_token()));
  EXPECT_EQ(clock.now() - begun, 10min + 5s);
  EXPECT_EQ(clock.steadyNow() - steadyBegun, 10min + 5s);
}

}  // namespace
}  // namespace hotswap
