#include "api/event_queue.h"

#include <gtest/gtest.h>

namespace hotswap::api {
namespace {

StreamEvent event(const std::string& name, bool droppable = false, bool last = false) {
  return {.name = name, .id = 1, .data = "{}", .droppable = droppable, .last = last};
}

TEST(EventQueue, HandsOutEventsInOrder_AsTheyGoOverTheWire) {
  EventQueue queue(10, 1000);
  queue.push({.name = "status", .id = 7, .data = "{\"a\":1}"});
  queue.push({.name = "shutdown", .id = {}, .data = "{}"});
  EXPECT_EQ(queue.take().text, "id: 7\nevent: status\ndata: {\"a\":1}\n\nevent: shutdown\ndata: {}\n\n");
  EXPECT_EQ(queue.take().text, "");
}

TEST(EventQueue, DropsTheOldestDroppableFirst_WhenTheReaderIsSlow) {
  EventQueue queue(3, 1000);
  queue.push(event("phase"));
  queue.push(event("old-snapshot", true));
  queue.push(event("new-snapshot", true));
  queue.push(event("status"));
  const auto taken = queue.take();
  EXPECT_FALSE(taken.hopeless);
  EXPECT_EQ(taken.text.find("old-snapshot"), std::string::npos);
  EXPECT_NE(taken.text.find("new-snapshot"), std::string::npos);
  EXPECT_NE(taken.text.find("phase"), std::string::npos);
}

TEST(EventQueue, GivesTheReaderUp_WhenNothingCanBeDropped) {
  EventQueue queue(3, 1000);
  for (int i = 0; i < 4; ++i) queue.push(event("statement"));
  EXPECT_TRUE(queue.take().hopeless);
}

TEST(EventQueue, CountsBytesToo) {
  EventQueue queue(1000, 100);
  queue.push({.name = "statement", .id = 1, .data = std::string(200, 'x')});
  EXPECT_TRUE(queue.take().hopeless);
}

TEST(EventQueue, EndsWithTheLastEvent) {
  EventQueue queue(10, 1000);
  queue.push(event("status", false, true));
  queue.push(event("late"));
  EXPECT_TRUE(queue.ended());
  const auto taken = queue.take();
  EXPECT_TRUE(taken.ended);
  EXPECT_EQ(taken.text.find("late"), std::string::npos);
}

TEST(EventQueue, CallsItsReader) {
  EventQueue queue(10, 1000);
  int calls = 0;
  queue.onReady([&] { ++calls; });
  queue.push(event("a"));
  queue.push(event("b"));
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace hotswap::api
