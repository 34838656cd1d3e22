#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.h"
#include "support/eventually.h"

namespace hotswap {
namespace {

/// Keeps one thread of a pool busy until it is opened or goes.
class Gate {
 public:
  explicit Gate(WorkerPool& pool) {
    pool.post([latches = latches_] {
      latches->entered.count_down();
      latches->opened.wait();
    });
    latches_->entered.wait();
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() { open(); }
  void open() {
    if (!latches_->opened.try_wait()) latches_->opened.count_down();
  }

 private:
  struct Latches {
    std::latch entered{1};
    std::latch opened{1};
  };
  // Shared with the work, which may still be leaving its wait when the gate is gone.
  std::shared_ptr<Latches> latches_ = std::make_shared<Latches>();
};

TEST(WorkerPool, RunsEverythingOnce_WhenManyPostAtTheSameTime) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(3, 100'000);
    std::vector<std::jthread> posters;
    for (int i = 0; i < 4; ++i) {
      posters.emplace_back([&] {
        for (int n = 0; n < 5000; ++n) pool.post([&] { ++ran; });
      });
    }
  }
  EXPECT_EQ(ran, 20'000);
}

TEST(WorkerPool, RunsInOrder_WhenItHasOneThread) {
  std::vector<int> order;
  {
    WorkerPool pool(1, 100);
    for (int i = 0; i < 50; ++i) pool.post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 50U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(WorkerPool, WorksSideBySideOnAsManyThreadsAsItWasGiven) {
  WorkerPool pool(2, 10);
  const Gate one(pool);
  const Gate two(pool);  // would never be entered on a single thread
}

TEST(WorkerPool, RefusesWork_WhenItsQueueIsFull) {
  std::atomic<int> ran = 0;
  WorkerPool pool(1, 2);
  Gate gate(pool);
  pool.post([&] { ++ran; });
  pool.post([&] { ++ran; });
  try {
    pool.post([&] { ++ran; });
    FAIL() << "took more than its queue holds";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unavailable);
    EXPECT_TRUE(error.recovery().retryable);
  }
  gate.open();
  EXPECT_TRUE(support::eventually([&] { return ran == 2; }));
  pool.post([&] { ++ran; });
  EXPECT_TRUE(support::eventually([&] { return ran == 3; }));
}

TEST(WorkerPool, FinishesWhatWaits_WhenItIsDestroyed) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(1, 100);
    for (int i = 0; i < 100; ++i) {
      while (true) {
        try {
          pool.post([&] { ++ran; });
          break;
        } catch (const Error&) {
          std::this_thread::yield();
        }
      }
    }
  }
  EXPECT_EQ(ran, 100);
}

TEST(WorkerPool, AlsoRunsWhatItsLastWorkPosts) {
  std::atomic<bool> ran = false;
  {
    WorkerPool pool(1, 10);
    pool.post([&] { pool.post([&] { pool.post([&] { ran = true; }); }); });
  }
  EXPECT_TRUE(ran);
}

TEST(WorkerPool, HasAThread_WhenNoneIsAskedFor) {
  std::atomic<bool> ran = false;
  {
    WorkerPool(0, 10).post([&] { ran = true; });
  }
  EXPECT_TRUE(ran);
}

TEST(WorkerPoolDeathTest, EndsTheProcess_WhenWorkThrows) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(WorkerPool(1, 10).post([] { throw std::runtime_error("escaped"); }), "escaped");
}

}  // namespace
}  // namespace hotswap
