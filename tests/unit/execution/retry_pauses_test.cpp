#include "execution/retry_pauses.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/manual_clock.h"

namespace hotswap::execution {

namespace {

/// Always the same number.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = value_;
  }

 private:
  std::byte value_;
};

std::vector<Milliseconds::rep> firstPauses(RetryPauses pauses, int count) {
  std::vector<Milliseconds::rep> result;
  for (int i = 0; i < count; ++i) result.push_back(pauses.next().count());
  return result;
}

}  // namespace

TEST(RetryPauses, DoublesUpToTheLongest_WhenThereIsNoJitter) {
  FixedRandom random(std::byte{0});
  EXPECT_EQ(firstPauses(RetryPauses(Milliseconds(500), Milliseconds(3000), random), 6),
            (std::vector<Milliseconds::rep>{500, 1000, 2000, 3000, 3000, 3000}));
}

TEST(RetryPauses, AddsUpToHalfOfThePause) {
  FixedRandom random(std::byte{0xFF});
  EXPECT_EQ(firstPauses(RetryPauses(Milliseconds(500), Milliseconds(3000), random), 4),
            (std::vector<Milliseconds::rep>{749, 1499, 2999, 4499}));
}

TEST(RetryPauses, KeepsTwoThatFailedTogetherApart) {
  support::SeededRandom one(1);
  support::SeededRandom other(2);
  EXPECT_NE(firstPauses(RetryPauses(Milliseconds(500), Milliseconds(30'000), one), 4),
            firstPauses(RetryPauses(Milliseconds(500), Milliseconds(30'000), other), 4));
}

TEST(RetryPauses, StaysWithinItsBounds_WhateverTheRandomness) {
  support::SeededRandom random(3);
  RetryPauses pauses(Milliseconds(100), Milliseconds(1000), random);
  for (int i = 0; i < 1000; ++i) {
    const Milliseconds pause = pauses.next();
    EXPECT_GE(pause, Milliseconds(100));
    EXPECT_LT(pause, Milliseconds(1500));
  }
}

TEST(RetryPauses, NeverSpins_WhenThePauseIsSetToNothing) {
  support::SeededRandom random(4);
  RetryPauses pauses(Milliseconds(0), Milliseconds(0), random);
  for (int i = 0; i < 10; ++i) EXPECT_GE(pauses.next(), Milliseconds(1));
}

TEST(RetryPauses, NeverOverflows_WhenItIsAskedForEver) {
  support::SeededRandom random(5);
  RetryPauses pauses(Milliseconds(1), Milliseconds::max() / 4, random);
  for (int i = 0; i < 200; ++i) EXPECT_GT(pauses.next(), Milliseconds(0));
}

}  // namespace hotswap::execution
