#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace hotswap::api {

/// Checks that take their time, one under way for each key: who asks meanwhile gets the same answer. An answer goes on
/// counting for as long as it took to find, a second at most, so that a crowd that waits for a server which never
/// answers is served at once and a quick server is asked each time. Owner of the answers; one mutex guards them. Safe
/// from any thread.
template <class Answer>
class SharedChecks {
 public:
  using Check = std::function<Answer()>;

  SharedChecks(const Clock& clock, std::stop_token stopping) : clock_(clock), stopping_(std::move(stopping)) {}

  /// The answer of `check`, or of one under way or just over under the same key. Throws what the check throws, to all
  /// who wait for it, and Error (Unavailable) to those who still wait when `stopping` asks for it.
  Answer ask(const std::string& key, const Check& check) {
    std::unique_lock lock(mutex_);
    const auto now = clock_.steadyNow();
    std::erase_if(rounds_, [&](const auto& entry) { return entry.second->over && entry.second->goodUntil <= now; });
    auto& slot = rounds_[key];
    if (slot) {
      const std::shared_ptr<Round> round = slot;
      return shared(*round, lock);
    }
    slot = std::make_shared<Round>();
    const std::shared_ptr<Round> round = slot;
    lock.unlock();
    Answer answer{};
    std::exception_ptr failure;
    try {
      answer = check();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    const auto end = clock_.steadyNow();
    round->answer = answer;
    round->failure = failure;
    round->over = true;
    round->goodUntil = end + std::min<std::chrono::steady_clock::duration>(end - now, std::chrono::seconds(1));
    changed_.notify_all();
    if (failure) std::rethrow_exception(failure);
    return answer;
  }

 private:
  struct Round {
    bool over = false;
    Answer answer{};
    std::exception_ptr failure;
    std::chrono::steady_clock::time_point goodUntil;
  };

  Answer shared(const Round& round, std::unique_lock<std::mutex>& lock) {
    // In slices, as nobody wakes those who wait when the service ends.
    while (!round.over) {
      if (stopping_.stop_requested()) {
        throw Error(ErrorCode::Unavailable, "The service is stopping; try again when it is back.", {},
                    {.retryable = true});
      }
      changed_.wait_for(lock, std::chrono::milliseconds(100));
    }
    if (round.failure) std::rethrow_exception(round.failure);
    return round.answer;
  }

  const Clock& clock_;
  const std::stop_token stopping_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::shared_ptr<Round>> rounds_;
};

}  // namespace hotswap::api
