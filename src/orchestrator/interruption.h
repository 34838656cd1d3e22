#pragma once
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace hotswap::orchestrator {

/// Why an execution is to stop what it is doing.
enum class StopCause {
  Cancelled,  ///< somebody asked for it
  Breach,     ///< the database suffers
  TimedOut,
  ServiceEnds,  ///< the process ends; the next one goes on
};

/// Tells an execution's thread to stop, from any thread. The first cause stays, except that a process that ends gives
/// way to one that asks for the way back. One mutex guards cause and message.
class Interruption {
 public:
  struct Request {
    StopCause cause;
    std::string message;  ///< one sentence
  };

  /// Records the cause and stops what waits on `token`.
  void request(StopCause cause, const std::string& message);
  [[nodiscard]] std::optional<Request> requested() const;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

  /// Asks the execution to stop before its next step instead of at once.
  void requestAtEdge();
  [[nodiscard]] bool stopsAtEdge() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Request> request_;
  bool atEdge_ = false;
  std::stop_source source_;
};

}  // namespace hotswap::orchestrator
