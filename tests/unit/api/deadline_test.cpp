#include "api/deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

namespace hotswap::api {
namespace {

/// A deadline that ends itself as soon as it has called so often.
class SelfDisarmed {
 public:
  SelfDisarmed(boost::asio::io_context& io, int most)
      : deadline_(io.get_executor(), [this, most] {
          if (++calls_ == most) deadline_.disarm();
        }) {}
  Deadline& operator*() { return deadline_; }
  [[nodiscard]] int calls() const { return calls_; }

 private:
  int calls_ = 0;
  Deadline deadline_;
};

TEST(Deadline, CallsAgain_UntilItIsDisarmed) {
  boost::asio::io_context io;
  SelfDisarmed deadline(io, 3);
  (*deadline).arm(Milliseconds(1));
  io.run();  // ends when nothing is waited for any more
  EXPECT_EQ(deadline.calls(), 3);
  EXPECT_TRUE((*deadline).expired());
}

TEST(Deadline, CallsNever_WhenItIsDisarmedBefore) {
  boost::asio::io_context io;
  SelfDisarmed deadline(io, 1);
  (*deadline).arm(Milliseconds(0));
  (*deadline).disarm();
  io.run();
  EXPECT_EQ(deadline.calls(), 0);
  EXPECT_FALSE((*deadline).expired());
}

TEST(Deadline, BeginsAnew_WhenItIsArmedAgain) {
  boost::asio::io_context io;
  SelfDisarmed deadline(io, 1);
  (*deadline).arm(Milliseconds(0));
  io.run();
  EXPECT_TRUE((*deadline).expired());
  (*deadline).arm(std::chrono::hours(1));
  EXPECT_FALSE((*deadline).expired());
  io.restart();
  io.poll();
  EXPECT_EQ(deadline.calls(), 1);
}

TEST(Deadline, CallsNoMore_WhenItIsGone) {
  boost::asio::io_context io;
  int calls = 0;
  std::optional<Deadline> deadline;
  deadline.emplace(io.get_executor(), [&] {
    ++calls;
    deadline.reset();
  });
  deadline->arm(Milliseconds(0));
  io.run();
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace hotswap::api
