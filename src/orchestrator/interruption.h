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

/// Tells an execution's thread to stop, from any thread, and decides who comes first: its end or the request to undo
/// it. The first cause stays, except that a process that ends gives way to one that asks for the way back. One mutex
/// guards all of it.
class Interruption {
 public:
  struct Request {
    StopCause cause;
    std::string message;  ///< one sentence
  };
  enum class Stage {
    Forward,
    WayBack,
    Closed,  ///< all is done and stays so
  };

  /// Records the cause and stops what waits on `token`; a process that ends also stops what waits on `wayBackToken` and
  /// `serviceToken`. False where it comes too late, which the end of the process never does: the way back has begun, or
  /// all is done.
  bool request(StopCause cause, const std::string& message);
  [[nodiscard]] std::optional<Request> requested() const;
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

  /// The execution has done all it was to do and takes no more requests. False where the way back was asked for before.
  bool close();
  /// The way back begins; to ask for it comes too late from now on.
  void beginWayBack();
  [[nodiscard]] Stage stage() const;

  /// Breaks the way back off because it takes too long.
  void stopWayBack();
  /// Stops the way back, which goes on whatever stopped the way forward.
  [[nodiscard]] std::stop_token wayBackToken() const { return wayBack_.get_token(); }

  /// Asks the execution to stop before its next step instead of at once.
  void requestAtEdge();
  [[nodiscard]] bool stopsAtEdge() const;
  /// Whether the process ends and what runs is to be broken off.
  [[nodiscard]] bool serviceEnds() const;
  /// Stops pauses that serve nothing but to try again, as soon as the process is to end.
  [[nodiscard]] std::stop_token serviceToken() const { return service_.get_token(); }

 private:
  mutable std::mutex mutex_;
  std::optional<Request> request_;
  Stage stage_ = Stage::Forward;
  bool atEdge_ = false;
  bool serviceEnds_ = false;
  std::stop_source source_;
  std::stop_source wayBack_;
  std::stop_source service_;
};

}  // namespace hotswap::orchestrator
