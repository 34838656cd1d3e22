#pragma once
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"

namespace hotswap::api {

/// A time limit on what a coroutine waits for: when it runs out, `onExpiry` breaks the waiting off, and `expired` tells
/// why. Whoever begins to wait once more has to ask `expired` first. Used on one strand, whose executor it is given.
class Deadline {
 public:
  template <class Executor>
  Deadline(const Executor& executor, std::function<void()> onExpiry)
      : shared_(std::make_shared<Shared>(boost::asio::steady_timer(executor), std::move(onExpiry))) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { disarm(); }

  /// Calls `onExpiry` after `limit`, and again every tenth of a second until it is disarmed or armed anew: what it
  /// broke off may have been complete by then, and followed by something that knows nothing of the limit.
  void arm(Milliseconds limit) {
    shared_->expired = false;
    ++shared_->round;
    wait(shared_, limit);
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

  static constexpr Milliseconds pause{100};

  static void wait(const std::shared_ptr<Shared>& shared, Milliseconds limit) {
    shared->timer.expires_after(limit);
    shared->timer.async_wait([shared, round = shared->round](const boost::system::error_code& cancelled) {
      // A timer that is past can't be cancelled any more; the round tells such a late call.
      if (cancelled || round != shared->round) return;
      shared->expired = true;
      wait(shared, pause);
      shared->onExpiry();
    });
  }

  std::shared_ptr<Shared> shared_;
};

}  // namespace hotswap::api
