#include "execution/statement_breaker.h"

#include <chrono>
#include <utility>

namespace hotswap::execution {

namespace {
constexpr std::chrono::milliseconds repeatAfter{100};
}

StatementBreaker::StatementBreaker(std::stop_token stop)
    : stop_(std::move(stop)), thread_([this](const std::stop_token& ending) { run(ending); }), onStop_(stop_, [this] {
        // The lock closes the gap between the thread's look at `stop_` and its wait.
        { const std::lock_guard lock(mutex_); }
        changed_.notify_all();
      }) {}

void StatementBreaker::arm(std::shared_ptr<db::Canceller> canceller) {
  {
    const std::lock_guard lock(mutex_);
    armed_ = std::move(canceller);
    asked_ = false;
  }
  // The thread has nothing to do otherwise, and waking it costs more than a short statement takes.
  if (stop_.stop_requested()) changed_.notify_all();
}

void StatementBreaker::disarm() {
  std::unique_lock lock(mutex_);
  armed_.reset();
  asked_ = false;
  if (!requesting_) return;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !requesting_; });
}

void StatementBreaker::breakOff() {
  {
    const std::lock_guard lock(mutex_);
    if (!armed_) return;
    asked_ = true;
  }
  changed_.notify_all();
}

void StatementBreaker::run(const std::stop_token& ending) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, ending, [&] { return armed_ && (asked_ || stop_.stop_requested()); })) {
    const std::shared_ptr<db::Canceller> canceller = armed_;
    requesting_ = true;
    lock.unlock();
    canceller->cancel();
    lock.lock();
    requesting_ = false;
    changed_.notify_all();
    changed_.wait_for(lock, ending, repeatAfter, [&] { return armed_ != canceller; });
  }
}

}  // namespace hotswap::execution
