#include "execution/statement_breaker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/eventually.h"

namespace hotswap::execution {

namespace {

class CountingCanceller final : public db::Canceller {
 public:
  bool cancel() noexcept override {
    ++requests;
    while (hold) std::this_thread::yield();
    ++answered;
    return true;
  }
  std::atomic<int> requests{0};
  std::atomic<int> answered{0};
  std::atomic<bool> hold{false};
};

}  // namespace

TEST(StatementBreaker, CancelsTheArmedStatement_WhenAStopIsRequested) {
  std::stop_source stop;
  StatementBreaker breaker(stop.get_token());
  const auto canceller = std::make_shared<CountingCanceller>();
  breaker.arm(canceller);
  stop.request_stop();
  EXPECT_TRUE(support::eventually([&] { return canceller->requests > 0; }));
  breaker.disarm();
}

TEST(StatementBreaker, CancelsAtOnce_WhenTheStopWasRequestedBefore) {
  std::stop_source stop;
  stop.request_stop();
  StatementBreaker breaker(stop.get_token());
  const auto canceller = std::make_shared<CountingCanceller>();
  breaker.arm(canceller);
  EXPECT_TRUE(support::eventually([&] { return canceller->requests > 0; }));
  breaker.disarm();
}

TEST(StatementBreaker, AsksAgain_UntilTheStatementHasEnded) {
  std::stop_source stop;
  StatementBreaker breaker(stop.get_token());
  const auto canceller = std::make_shared<CountingCanceller>();
  breaker.arm(canceller);
  breaker.breakOff();
  EXPECT_TRUE(support::eventually([&] { return canceller->requests >= 3; }));
  breaker.disarm();
}

TEST(StatementBreaker, HasNoRequestUnderWay_OnceItIsDisarmed) {
  std::stop_source stop;
  StatementBreaker breaker(stop.get_token());
  const auto canceller = std::make_shared<CountingCanceller>();
  canceller->hold = true;
  breaker.arm(canceller);
  breaker.breakOff();
  ASSERT_TRUE(support::eventually([&] { return canceller->requests == 1; }));
  std::atomic<bool> disarmed{false};
  std::jthread disarming([&] {
    breaker.disarm();
    EXPECT_EQ(canceller->answered, canceller->requests);
    disarmed = true;
  });
  EXPECT_FALSE(support::eventually([&] { return disarmed.load(); }, std::chrono::milliseconds(50)));
  canceller->hold = false;
  EXPECT_TRUE(support::eventually([&] { return disarmed.load(); }));
}

TEST(StatementBreaker, LeavesTheNextStatementAlone) {
  std::stop_source stop;
  StatementBreaker breaker(stop.get_token());
  const auto first = std::make_shared<CountingCanceller>();
  breaker.arm(first);
  breaker.breakOff();
  ASSERT_TRUE(support::eventually([&] { return first->requests > 0; }));
  breaker.disarm();
  const auto second = std::make_shared<CountingCanceller>();
  breaker.arm(second);
  EXPECT_FALSE(support::eventually([&] { return second->requests > 0; }, std::chrono::milliseconds(250)));
  breaker.disarm();
}

TEST(StatementBreaker, DoesNothing_WhenNothingIsArmed) {
  std::stop_source stop;
  StatementBreaker breaker(stop.get_token());
  breaker.breakOff();
  const auto canceller = std::make_shared<CountingCanceller>();
  breaker.arm(canceller);
  EXPECT_FALSE(support::eventually([&] { return canceller->requests > 0; }, std::chrono::milliseconds(150)));
  breaker.disarm();
}

}  // namespace hotswap::execution
