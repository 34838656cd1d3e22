#include "versioned/version.h"

#include <gtest/gtest.h>

namespace hotswap::versioned {
namespace {

Version version(const std::string& text) { return Version::parse(text).value(); }

TEST(Version, IsComparedNumberByNumber) {
  EXPECT_LT(version("2"), version("10"));
  EXPECT_LT(version("1.9"), version("1.10"));
  EXPECT_LT(version("1"), version("1.0.1"));
  EXPECT_LT(version("9"), version("20260101120000"));
  EXPECT_GT(version("1.2"), version("1.1.9"));
}

TEST(Version, IsTheSameHoweverManyZerosStandAroundIt) {
  EXPECT_EQ(version("0001"), version("1"));
  EXPECT_EQ(version("1.0"), version("1"));
  EXPECT_EQ(version("1_2"), version("1.2"));
  EXPECT_EQ(version("0"), version("0.0"));
  EXPECT_EQ(version("0001").key(), "1");
  EXPECT_EQ(version("01.010.0").key(), "1.10");
  EXPECT_EQ(version("0").key(), "0");
}

TEST(Version, HasNoLargestNumber) {
  EXPECT_LT(version("9223372036854775807"), version("9223372036854775808"));
  EXPECT_LT(version("99999999999999999999999999"), version("100000000000000000000000000"));
}

TEST(Version, KeepsTheTextItWasWrittenAs) { EXPECT_EQ(version("0001.02").text(), "0001.02"); }

TEST(Version, IsNothingElse) {
  for (const char* text : {"", ".", "1.", ".1", "1..2", "a", "1a", "-1", "1 ", "\xD9\xA1", "+1", "1,2"}) {
    EXPECT_FALSE(Version::parse(text)) << text;
  }
  EXPECT_FALSE(Version::parse(std::string(201, '1')));
}

}  // namespace
}  // namespace hotswap::versioned
