#include "base/time_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hotswap {
namespace {

using namespace std::chrono_literals;

TimePoint at(std::int64_t milliseconds) { return TimePoint(Milliseconds(milliseconds)); }

TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(toRfc3339(at(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(toRfc3339(at(951'827'696'007)), "2000-02-29T12:34:56.007Z");
  EXPECT_EQ(toRfc3339(at(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(toRfc3339(at(253'402'300'799'999)), "9999-12-31T23:59:59.999Z");
}

TEST(Rfc3339, ReadsEveryFormOfTheStandard) {
  const std::vector<std::pair<std::string, std::int64_t>> cases{
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01t00:00:00z", 0},
      {"2000-02-29T12:34:56.007Z", 951'827'696'007},
      {"2000-02-29T12:34:56.0079999Z", 951'827'696'007},
      {"2000-02-29T12:34:56.123456789Z", 951'827'696'123},
      {"2000-02-29T12:34:56.1Z", 951'827'696'100},
      {"2000-02-29T14:04:56.007+01:30", 951'827'696'007},
      {"2000-02-29T04:34:56.007-08:00", 951'827'696'007},
      {"2000-02-29T12:34:56.007-00:00", 951'827'696'007},
      {"1999-12-31T23:59:60Z", 946'684'800'000},
      {"1969-12-31T23:59:59.999Z", -1},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = parseRfc3339(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->time_since_epoch().count(), expected) << text;
  }
}

TEST(Rfc3339, ReadsNothingElse) {
  for (const std::string_view text : {"",
                                      "2000",
                                      "2000-02-29",
                                      "2000-02-29T12:34:56",
                                      "2000-02-29 12:34:56Z",
                                      "2000-02-30T12:34:56Z",
                                      "1900-02-29T00:00:00Z",
                                      "2000-13-01T00:00:00Z",
                                      "2000-00-01T00:00:00Z",
                                      "2000-01-00T00:00:00Z",
                                      "2000-01-01T24:00:00Z",
                                      "2000-01-01T00:60:00Z",
                                      "2000-01-01T00:00:61Z",
                                      "2000-1-1T00:00:00Z",
                                      "2000-01-01T00:00:00.Z",
                                      "2000-01-01T00:00:00.1234567890Z",
                                      "2000-01-01T00:00:00+1:00",
                                      "2000-01-01T00:00:00+24:00",
                                      "2000-01-01T00:00:00+01:60",
                                      "2000-01-01T00:00:00+0100",
                                      "2000-01-01T00:00:00Z ",
                                      " 2000-01-01T00:00:00Z",
                                      "2000-01-01T00:00:00ZZ",
                                      "+200-01-01T00:00:00Z",
                                      "-200-01-01T00:00:00Z",
                                      "2000-01-01T-1:00:00Z",
                                      "2000-01-01T00:00:0xZ",
                                      "now",
                                      "'; drop table t; --"}) {
    EXPECT_FALSE(parseRfc3339(text)) << text;
  }
  EXPECT_FALSE(parseRfc3339(std::string_view("2000-01-01T00:00:00\0Z", 21)));
  EXPECT_FALSE(parseRfc3339(std::string(1'000'000, '2')));
}

TEST(Rfc3339, ReadsBackWhatItWrote) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> moments(-62'135'596'800'000, 253'402'300'799'999);
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint moment = at(moments(random));
    ASSERT_EQ(parseRfc3339(toRfc3339(moment)), moment) << toRfc3339(moment);
  }
}

TEST(IsoDuration, ReadsDaysHoursMinutesAndSeconds) {
  const std::vector<std::pair<std::string, Milliseconds>> cases{
      {"PT30M", 30min},  {"PT2H", 2h},        {"P1D", 24h},         {"P1DT2H3M4S", 24h + 2h + 3min + 4s},
      {"PT0.5S", 500ms}, {"PT1,25S", 1250ms}, {"PT0.0009S", 0ms},   {"PT0S", 0ms},
      {"PT90M", 90min},  {"PT007S", 7s},      {"P36500D", 876'000h}};
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(parseIsoDuration(text), expected) << text;
  }
}

TEST(IsoDuration, ReadsNothingElse) {
  for (const std::string_view text : {"",
                                      "P",
                                      "PT",
                                      "30M",
                                      "PT30",
                                      "PTM",
                                      "P30M",
                                      "PT1D",
                                      "P1Y",
                                      "P1M",
                                      "P1W",
                                      "P1DT",
                                      "PT1H1H",
                                      "PT1S1M",
                                      "PT1M1H",
                                      "PT1.5H",
                                      "PT1.5M",
                                      "P1.5D",
                                      "PT.5S",
                                      "PT1.S",
                                      "PT-1S",
                                      "-PT1S",
                                      "PT+1S",
                                      "PT1 S",
                                      " PT1S",
                                      "PT1S ",
                                      "pt1s",
                                      "PT1T2S",
                                      "PTT1S",
                                      "P1D2H",
                                      "PT1.0000000001S",
                                      "PT99999999999999999999S",
                                      "P36501D",
                                      "PT9223372036854775807S",
                                      "PT1e3S",
                                      "PT0x1S"}) {
    EXPECT_FALSE(parseIsoDuration(text)) << text;
  }
  EXPECT_FALSE(parseIsoDuration("PT" + std::string(1'000'000, '9') + "S"));
}

TEST(HumanText, ChoosesTheUnitAPersonWould) {
  const std::vector<std::pair<Milliseconds, std::string>> cases{{0ms, "0 ms"},
                                                                {850ms, "850 ms"},
                                                                {999ms, "999 ms"},
                                                                {1s, "1.0 s"},
                                                                {4250ms, "4.2 s"},
                                                                {59'999ms, "59.9 s"},
                                                                {1min, "1 min 00 s"},
                                                                {185s, "3 min 05 s"},
                                                                {1h - 1ms, "59 min 59 s"},
                                                                {2h + 10min + 59s, "2 h 10 min"},
                                                                {240h, "240 h 00 min"}};
  for (const auto& [duration, expected] : cases) {
    EXPECT_EQ(toHumanText(duration), expected);
  }
}

TEST(HumanDuration, TakesEveryUnit_AndPieces) {
  const std::vector<std::pair<std::string, double>> cases{{"250ms", 0.25}, {"90s", 90},       {"1.5min", 90},
                                                          {"30m", 1800},   {"1h30m", 5400},   {"2d", 172'800},
                                                          {"0s", 0},       {"1h0.5s", 3600.5}};
  for (const auto& [text, seconds] : cases) {
    ASSERT_TRUE(parseHumanDuration(text, Seconds(1))) << text;
    EXPECT_DOUBLE_EQ(parseHumanDuration(text, Seconds(1))->count(), seconds) << text;
  }
}

TEST(HumanDuration, CountsANumberAloneInTheUnitAskedFor) {
  EXPECT_DOUBLE_EQ(parseHumanDuration("90", Seconds(1))->count(), 90);
  EXPECT_DOUBLE_EQ(parseHumanDuration("90", Milliseconds(1))->count(), 0.09);
  EXPECT_FALSE(parseHumanDuration("5m3", Seconds(1)));
}

TEST(HumanDuration, IsNothing_WhenTheTextIsNone) {
  for (const std::string text : {"", "s", "-1s", "1 s", "1e9", "nan", "inf", "1.2.3s", "2sec", "1H"}) {
    EXPECT_FALSE(parseHumanDuration(text, Seconds(1))) << text;
  }
}

}  // namespace
}  // namespace hotswap
