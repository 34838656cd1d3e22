#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "execution/journal.h"
#include "execution/script_plan.h"

namespace hotswap::execution {

/// How carefully statements are run on a busy server (service contract, section 3).
struct RunSettings {
  Milliseconds lockTimeout{5000};
  Milliseconds strongStatementTimeout{30'000};
  Milliseconds idleInTransaction{60'000};
  /// A session of the application blocked by us for longer than this breaks the attempt off.
  Milliseconds longestBlocking{5000};
  /// Retries after lock timeouts: pauses grow from the first to the longest, each with up to half of itself as jitter.
  Milliseconds firstPause{500};
  Milliseconds longestPause{30'000};
  Milliseconds connectTimeout{10'000};
};

/// One instance a script is run on.
struct RunTarget {
  std::string instance;
  const db::Engine* engine = nullptr;
  ConnectionString connection;
  std::string applicationName;  ///< `hotswap/<executionId>`
};

/// A statement failed. Wraps what the server said with where in the script it stands.
class StatementFailed : public Error {
 public:
  StatementFailed(const db::SqlError& cause, std::size_t statement, Position position, const std::string& sql);
  [[nodiscard]] std::size_t statement() const { return statement_; }  ///< index in the script
  [[nodiscard]] Position position() const { return position_; }       ///< in the script, of the place the server points at
  [[nodiscard]] const db::SqlFailure& failure() const { return failure_; }

 private:
  std::size_t statement_;
  Position position_;
  db::SqlFailure failure_;
};

struct RunResult {
  std::int64_t rowsAffected = 0;
  std::size_t unitsRun = 0;
};

/// Runs scripts on one instance without hurting those who use it: bounded lock waits with jittered retries, an eye on
/// whom it blocks, concurrent builds with limits of their own and nothing invalid left behind.
/// One object a run; used by one thread.
class ScriptRunner {
 public:
  ScriptRunner(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random);

  /// Runs the units from `firstUnit` on. Stops as soon as `stop` is requested, reaching into the server; then and on
  /// failure everything of the present unit is undone and the units before it stay.
  /// Throws StatementFailed, Error (Conflict) when stopped, SqlError where the connection is lost; `recovery()` says
  /// whether the present unit's outcome is known.
  RunResult run(const db::ParsedScript& script, std::string_view source, std::size_t firstUnit, const std::stop_token& stop);

 private:
  RunTarget target_;
  RunSettings settings_;
  Journal& journal_;
  Clock& clock_;
  Random& random_;
};

}  // namespace hotswap::execution
