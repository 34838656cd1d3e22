#include "cli/event_stream.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace hotswap::cli {
namespace {

struct Heard {
  std::string name;
  std::string data;
  std::string id;
  friend bool operator==(const Heard&, const Heard&) = default;
};

std::vector<Heard> heardFrom(const std::vector<std::string>& pieces) {
  EventStreamParser parser;
  std::vector<Heard> heard;
  for (const std::string& piece : pieces) {
    parser.feed(piece, [&](const ServerEvent& event) { heard.push_back({event.name, event.data, event.id}); });
  }
  return heard;
}

TEST(EventStream, HandsOverNameDataAndId) {
  EXPECT_EQ(heardFrom({"event: status\nid: 7\ndata: {\"status\":\"Running\"}\n\n"}),
            (std::vector<Heard>{{"status", "{\"status\":\"Running\"}", "7"}}));
}

TEST(EventStream, GivesTheSameEvents_WhereverTheNetworkCuts) {
  const std::string stream =
      "\xEF\xBB\xBF: welcome\r\nevent: phase\r\nid: 1\r\ndata: one\r\ndata: two\r\n\r\n:beat\n\nevent:statement\rdata: "
      " käse\rid: 2\r\rdata\n\n";
  const std::vector<Heard> expected{{"phase", "one\ntwo", "1"}, {"statement", " käse", "2"}, {"message", "", "2"}};
  ASSERT_EQ(heardFrom({stream}), expected);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      ASSERT_EQ(heardFrom({stream.substr(0, first), stream.substr(first, second - first), stream.substr(second)}),
                expected)
          << "cut at " << first << " and " << second;
    }
  }
}

TEST(EventStream, GivesTheSameEvents_ByteByByte) {
  std::vector<std::string> bytes;
  for (const char c : std::string("id: 3\r\ndata: x\r\n\r\ndata: y\n\n")) bytes.emplace_back(1, c);
  EXPECT_EQ(heardFrom(bytes), (std::vector<Heard>{{"message", "x", "3"}, {"message", "y", "3"}}));
}

TEST(EventStream, JoinsDataLines) { EXPECT_EQ(heardFrom({"data: a\ndata:\ndata: b\n\n"}).at(0).data, "a\n\nb"); }

TEST(EventStream, IgnoresComments) { EXPECT_TRUE(heardFrom({": one\n:\n: two\n\n"}).empty()); }

TEST(EventStream, IgnoresEventsWithoutData) { EXPECT_TRUE(heardFrom({"event: phase\nid: 4\n\n"}).empty()); }

TEST(EventStream, DoesNotCarryANameOverToTheNextEvent) {
  EXPECT_EQ(heardFrom({"event: phase\n\ndata: x\n\n"}).at(0).name, "message");
}

TEST(EventStream, IgnoresAnUnfinishedEvent) { EXPECT_TRUE(heardFrom({"event: phase\ndata: x\n"}).empty()); }

TEST(EventStream, IgnoresAnIdWithANulByte) {
  EXPECT_EQ(heardFrom({std::string("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", 31)}).back().id, "1");
}

TEST(EventStream, IgnoresUnknownFields) { EXPECT_EQ(heardFrom({"colour: red\ndata: x\n\n"}).at(0).data, "x"); }

TEST(EventStream, RemembersHowLongToWait_WhenToldInDigits) {
  EventStreamParser parser;
  parser.feed("retry: 2500\nretry: soon\nretry: -1\n", [](const ServerEvent&) {});
  EXPECT_EQ(parser.retry(), Milliseconds(2500));
}

TEST(EventStream, RefusesAnEventWithoutEnd) {
  EventStreamParser parser;
  const std::string piece(std::size_t{1024} * 1024, 'x');
  const auto feedTooMuch = [&] {
    for (std::size_t fed = 0; fed <= EventStreamParser::maxEventBytes; fed += piece.size())
      parser.feed(piece, [](const ServerEvent&) {});
  };
  EXPECT_THROW(feedTooMuch(), Error);
}

}  // namespace
}  // namespace hotswap::cli
