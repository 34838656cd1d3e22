#pragma once
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"

namespace hotswap::api {

/// A time limit on what a coroutine waits for: when it runs out, `onExpiry` breaks the waiting off, and `expired` tells
/// why. Used on one strand, whose executor it is given.
class Deadline {
 public:
  template <class Executor>
  Deadline(const Executor& executor, std::function<void()> onExpiry)
      : shared_(std::make_shared<Shared>(boost::asio::steady_timer(executor), std::move(onExpiry))) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    ++shared_->round;
    shared_->timer.cancel();
  }

  void arm(Milliseconds limit) {
    shared_->expired = false;
    const std::uint64_t round = ++shared_->round;
    shared_->timer.expires_after(limit);
    shared_->timer.async_wait([shared = shared_, round](const boost::system::error_code& cancelled) {
      // A timer that is past can't be cancelled any more; the round tells such a late call.
      if (cancelled || round != shared->round) return;
      shared->expired = true;
      shared->onExpiry();
    });
  }
  /// `expired` keeps its answer.
  void disarm() {
    ++shared_->round;
    shared_->timer.cancel();
  }
  [[nodiscard]] bool expired() const { return shared_->expired; }

 private:
  struct Shared {
    Shared(boost::asio::steady_timer ownTimer, std::function<void()> action)
        : timer(std::move(ownTimer)), onExpiry(std::move(action)) {}
    boost::asio::steady_timer timer;
    std::function<void()> onExpiry;
    std::uint64_t round = 0;
    bool expired = false;
  };
  std::shared_ptr<Shared> shared_;
};

}  // namespace hotswap::api
