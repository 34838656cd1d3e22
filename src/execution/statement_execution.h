#pragma once
#include <chrono>
#include <cstdint>

#include "execution/blocking_watch.h"
#include "execution/run_context.h"
#include "execution/statement_breaker.h"

namespace hotswap::execution {

/// Runs single statements: under their limits, watched, to be broken off by the stop, logged with duration and rows.
class StatementExecution {
 public:
  explicit StatementExecution(const RunContext& run);

  /// Sets the limits under which a statement of the script is to run. Comes before each `execute`.
  void setLimits(db::Session& session, std::size_t index) const;
  /// Runs a statement of the script and returns how many rows it changed. `holdingSince`: since when the session may
  /// hold locks. Throws Stopped, AttemptBroken, StatementFailed, and SqlError where the connection is lost.
  std::int64_t execute(db::Session& session, std::size_t index, std::chrono::steady_clock::time_point holdingSince);
  /// Checks the constraints that were deferred to the end of the transaction: what breaks them shows before COMMIT is
  /// sent, and while the check can still be stopped. Errors as above, on behalf of statement `index`.
  void checkDeferred(db::Session& session, std::size_t index, std::chrono::steady_clock::time_point holdingSince);
  /// What an error of the server means for the unit; throws as `execute` does.
  [[noreturn]] void translate(const db::SqlError& error, std::size_t index, const Observed& seen) const;

 private:
  struct Outcome;
  Outcome runWatched(db::Session& session, const std::string& sql, const BlockingWatch::Watched& watched);
  void tellBlocked(std::size_t index, const Observed& seen);
  [[nodiscard]] Position positionOfFailure(const db::SqlFailure& failure, std::size_t index) const;

  const RunContext& run_;
  StatementBreaker breaker_;
  BlockingWatch watch_;
};

}  // namespace hotswap::execution
