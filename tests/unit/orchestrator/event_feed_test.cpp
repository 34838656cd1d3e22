#include "orchestrator/event_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace hotswap::orchestrator {
namespace {

const ExecutionId id = ExecutionId::trusted("exec-1");

ExecutionEvent progress(double percent, Milliseconds at = Milliseconds(0)) {
  return {
      .sequence = 0, .executionId = id, .at = TimePoint(at), .what = ProgressMade{.percent = percent, .activity = ""}};
}

TEST(EventFeed, DeliversInOrderWithRisingNumbers) {
  EventFeed feed;
  std::vector<std::int64_t> seen;
  const auto subscription = feed.subscribe(id, 0, [&](const ExecutionEvent& event) { seen.push_back(event.sequence); });
  for (int i = 0; i < 5; ++i) feed.publish(progress(i));
  EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

TEST(EventFeed, ReplaysWhatCameAfterTheGivenNumber) {
  EventFeed feed;
  for (int i = 0; i < 5; ++i) feed.publish(progress(i));
  std::vector<std::int64_t> seen;
  const auto subscription = feed.subscribe(id, 3, [&](const ExecutionEvent& event) { seen.push_back(event.sequence); });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{4, 5}));
}

TEST(EventFeed, KeepsTheNewestTwoHundredAndFiftySix) {
  EventFeed feed;
  for (int i = 0; i < 300; ++i) feed.publish(progress(i));
  std::size_t seen = 0;
  const auto subscription = feed.subscribe(id, 0, [&](const ExecutionEvent&) { ++seen; });
  EXPECT_EQ(seen, 256U);
}

TEST(EventFeed, NumbersGoOnRising_WhenAnotherProcessTakesOver) {
  EventFeed first;
  std::int64_t last = 0;
  const auto one = first.subscribe(id, 0, [&](const ExecutionEvent& event) { last = event.sequence; });
  for (int i = 0; i < 10; ++i) first.publish(progress(i, Milliseconds(1'000'000)));
  EventFeed second;
  std::int64_t next = 0;
  const auto two = second.subscribe(id, last, [&](const ExecutionEvent& event) { next = event.sequence; });
  second.publish(progress(0, Milliseconds(1'002'000)));
  EXPECT_GT(next, last);
}

TEST(EventFeed, SaysNothingMore_WhenTheSubscriptionHasEnded) {
  EventFeed feed;
  int seen = 0;
  {
    const auto subscription = feed.subscribe(id, 0, [&](const ExecutionEvent&) { ++seen; });
    feed.publish(progress(1));
  }
  feed.publish(progress(2));
  EXPECT_EQ(seen, 1);
}

TEST(EventFeed, SurvivesPublishersAndSubscribersAtOnce) {
  EventFeed feed;
  std::atomic<int> seen{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) feed.publish(progress(i));
      });
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          const auto subscription = feed.subscribe(id, 0, [&](const ExecutionEvent&) { ++seen; });
          if (i % 50 == 0) feed.forget(ExecutionId::trusted("exec-other"));
        }
      });
    }
  }
  std::int64_t last = 0;
  const auto subscription = feed.subscribe(id, 0, [&](const ExecutionEvent& event) {
    EXPECT_GT(event.sequence, last);
    last = event.sequence;
  });
  EXPECT_EQ(last, 2000);
}

}  // namespace
}  // namespace hotswap::orchestrator
