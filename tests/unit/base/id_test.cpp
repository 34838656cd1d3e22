#include "base/id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "support/manual_clock.h"

namespace hotswap {
namespace {

using namespace std::chrono_literals;

struct ShipTag {
  static constexpr std::string_view prefix = "ship-";
};
using ShipId = Id<ShipTag>;

/// Gives the same byte for ever.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(std::byte value) : value_(value) {}
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = value_;
  }

 private:
  std::byte value_;
};

TEST(UuidV7, HoldsTimeVersionAndVariantWhereTheStandardPutsThem) {
  ConstantRandom ones(std::byte{0xFF});
  ConstantRandom zeros(std::byte{0});
  // 0x017F22E279B0 milliseconds are 2022-02-22T19:22:22Z, the example of RFC 9562, appendix A.6.
  const TimePoint at(Milliseconds(0x017F22E279B0));
  EXPECT_EQ(uuidV7(at, ones), "017f22e2-79b0-7fff-bfff-ffffffffffff");
  EXPECT_EQ(uuidV7(at, zeros), "017f22e2-79b0-7000-8000-000000000000");
}

TEST(UuidV7, IsAUuid_WhateverTheRandomBytes) {
  for (int value = 0; value < 256; ++value) {
    ConstantRandom random(static_cast<std::byte>(value));
    EXPECT_TRUE(isUuid(uuidV7(support::ManualClock::start, random))) << value;
  }
}

TEST(IsUuid, TakesLowerCaseHexadecimalWithDashesOnly) {
  EXPECT_TRUE(isUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  for (const std::string_view text :
       {"", "017f22e2", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e2-79b0-7cc3-98c4_dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "0-7f22e2179b0-7cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(isUuid(text)) << text;
  }
  EXPECT_FALSE(isUuid(std::string_view("017f22e2-79b0-7cc3-98c4-dc0c0c0739\0f", 36)));
}

TEST(Id, SortsByTheMillisecondItWasMadeIn) {
  support::ManualClock clock;
  support::SeededRandom random(1);
  ShipId previous = ShipId::make(clock, random);
  for (int i = 0; i < 1000; ++i) {
    clock.advance(1ms);
    const ShipId next = ShipId::make(clock, random);
    ASSERT_LT(previous, next);
    ASSERT_LT(previous.text(), next.text());
    previous = next;
  }
}

TEST(Id, IsUnique_WhenManyThreadsMakeThemInOneMillisecond) {
  const support::ManualClock clock;
  SystemRandom random;
  constexpr std::size_t perThread = 5000;
  std::vector<std::vector<ShipId>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < perThread; ++i) ids.push_back(ShipId::make(clock, random));
      });
    }
  }
  std::unordered_set<ShipId> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), made.size() * perThread);
}

TEST(Id, ParsesWhatItPrints) {
  const support::ManualClock clock;
  support::SeededRandom random(2);
  const ShipId id = ShipId::make(clock, random);
  EXPECT_TRUE(id.text().starts_with("ship-"));
  EXPECT_EQ(ShipId::parse(id.text()), id);
}

TEST(Id, RefusesOtherPrefixesAndBrokenTails) {
  const std::string uuid = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  for (const std::string& text :
       {uuid, "shi-" + uuid, "ship" + uuid, "SHIP-" + uuid, "mig-" + uuid, std::string("ship-"), std::string(),
        "ship-" + uuid + " ", " ship-" + uuid, "ship-ship-" + uuid}) {
    EXPECT_FALSE(ShipId::parse(text)) << text;
  }
}

TEST(Id, IsEmptyUntilItIsGiven) {
  EXPECT_TRUE(ShipId().empty());
  EXPECT_FALSE(ShipId::trusted("ship-x").empty());
}

}  // namespace
}  // namespace hotswap
