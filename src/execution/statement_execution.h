#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "execution/blocking_watch.h"
#include "execution/run_context.h"
#include "execution/statement_breaker.h"

namespace hotswap::execution {

/// What looks after a running statement, with a thread each. Made once for all runs of one target under one stop.
struct StatementGuards {
  StatementGuards(const RunTarget& target, const RunSettings& settings, SharedJournal& journal,
                  const std::stop_token& stopOfRuns)
      : stop(stopOfRuns), breaker(stopOfRuns), watch(target, settings, journal, breaker) {}

  std::stop_token stop;
  StatementBreaker breaker;
  BlockingWatch watch;
  /// The limits that a session has now, for certain; nothing where that isn't known.
  struct Limited {
    std::int64_t backendId = 0;
    db::SessionLimits limits;
    friend bool operator==(const Limited&, const Limited&) = default;
  };
  std::optional<Limited> limited;
};

/// Runs single statements: under their limits, watched, to be broken off by the stop, logged with duration and rows.
class StatementExecution {
 public:
  StatementExecution(const RunContext& run, StatementGuards& guards) : run_(run), guards_(guards) {}

  /// Sees to it that a statement of the script runs under its limits, whatever those before it have set. Comes before
  /// each `execute`.
  void setLimits(db::Session& session, std::size_t index);
  /// The session's limits aren't known any more: a transaction was rolled back.
  void forgetLimits() { guards_.limited.reset(); }
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
  StatementGuards& guards_;
};

}  // namespace hotswap::execution
