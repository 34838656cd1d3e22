#include "api/trace.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace hotswap::api {
namespace {

constexpr const char* good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, GivesItsTraceId) { EXPECT_EQ(traceIdOf(good), "4bf92f3577b34da6a3ce929d0e0e4736"); }

TEST(Traceparent, OfALaterVersionMayBeLonger) {
  EXPECT_TRUE(traceIdOf("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
}

TEST(Traceparent, IsIgnored_WhereItIsMalformed) {
  for (const char* const bad : {"", "x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e47\n6-00f067aa0ba902b7-01"}) {
    EXPECT_FALSE(traceIdOf(bad)) << bad;
  }
}

TEST(Traceparent, OfAnAnswerCarriesTheTraceAndIsWellFormed) {
  support::SeededRandom random(1);
  EXPECT_EQ(traceIdOf(makeTraceparent(std::string(31, '0') + "1", random)), std::string(31, '0') + "1");
}

TEST(TraceId, DiffersEachTime) {
  support::SeededRandom random(1);
  const std::string first = makeTraceId(random);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(makeTraceId(random), first);
}

}  // namespace
}  // namespace hotswap::api
