#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "db/session.h"

namespace hotswap::execution {

/// Breaks off the statement that a session is running, on the server, as soon as a stop is requested or `breakOff` is
/// called. A request may come too early for the server to find the statement, so it is repeated every 100 ms until the
/// statement has ended. The requests are sent by a thread of its own: neither who asks for the stop nor the watcher
/// waits for the network. One mutex guards what is armed.
class StatementBreaker {
 public:
  explicit StatementBreaker(std::stop_token stop);
  StatementBreaker(const StatementBreaker&) = delete;
  StatementBreaker& operator=(const StatementBreaker&) = delete;

  /// From now on a statement runs that this canceller ends.
  void arm(std::shared_ptr<db::Canceller> canceller);
  /// The statement has ended. Returns once no request for it is under way, so that none hits what is run next.
  void disarm();
  /// Breaks off the armed statement; nothing happens where none is armed. Safe from any thread.
  void breakOff();

 private:
  void run(const std::stop_token& ending);

  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<db::Canceller> armed_;
  bool asked_ = false;
  bool requesting_ = false;
  std::jthread thread_;
  std::stop_callback<std::function<void()>> onStop_;
};

}  // namespace hotswap::execution
