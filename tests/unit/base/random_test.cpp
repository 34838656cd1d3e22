#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/manual_clock.h"

namespace hotswap {
namespace {

class FilledRandom final : public Random {
 public:
  explicit FilledRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> bytes) override { std::ranges::fill(bytes, value_); }

 private:
  std::byte value_;
};

TEST(Random, UniformStaysBelowOne_WhenEveryBitIsSet) {
  FilledRandom ones(std::byte{0xFF});
  const double largest = ones.uniform();
  EXPECT_LT(largest, 1.0);
  EXPECT_GT(largest, 0.999);
}

TEST(Random, UniformReachesZero_WhenNoBitIsSet) {
  FilledRandom zeros(std::byte{0});
  EXPECT_EQ(zeros.uniform(), 0.0);
}

TEST(Random, UniformSpreadsOverTheWholeRange) {
  support::SeededRandom random(3);
  std::array<int, 10> buckets{};
  for (int i = 0; i < 10'000; ++i) ++buckets.at(static_cast<std::size_t>(random.uniform() * 10));
  for (const int count : buckets) EXPECT_NEAR(count, 1000, 200);
}

TEST(SystemRandom, FillsEveryByte_WhenAskedForMoreThanTheKernelGivesAtOnce) {
  SystemRandom random;
  // One call of getrandom gives at most 32 MiB less one byte.
  std::vector<std::byte> bytes(std::size_t{40} * 1024 * 1024, std::byte{0});
  random.fill(bytes);
  for (std::size_t at = 0; at + 4096 <= bytes.size(); at += std::size_t{1024} * 1024) {
    const std::span<std::byte> window(bytes.data() + at, 4096);
    EXPECT_TRUE(std::ranges::any_of(window, [](std::byte byte) { return byte != std::byte{0}; })) << at;
  }
  const std::span<std::byte> end(bytes.data() + bytes.size() - 64, 64);
  EXPECT_TRUE(std::ranges::any_of(end, [](std::byte byte) { return byte != std::byte{0}; }));
}

TEST(SystemRandom, TakesAnEmptyRequest) {
  SystemRandom random;
  EXPECT_NO_THROW(random.fill({}));
}

}  // namespace
}  // namespace hotswap
