#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "db/script_plan.h"
#include "execution/journal.h"

namespace hotswap::execution {

/// How carefully statements are run on a busy server (service contract, section 3).
/// The limits are set anew before each statement, so neither the defaults of a role nor a SET of the script loosen
/// them.
struct RunSettings {
  /// How long a statement may wait for a lock, and so make others wait behind it. Statements that run outside of a
  /// transaction under weak locks (concurrent builds, VACUUM) have no such limit: nobody's reads or writes queue behind
  /// them.
  Milliseconds lockTimeout{5000};
  Milliseconds strongStatementTimeout{30'000};
  Milliseconds idleInTransaction{60'000};
  /// A session of the application blocked by us for longer than this breaks the attempt off.
  Milliseconds longestBlocking{5000};
  /// Retries after lock timeouts: pauses grow from the first to the longest, each with up to half of itself as jitter.
  Milliseconds firstPause{500};
  Milliseconds longestPause{30'000};
  Milliseconds connectTimeout{10'000};
  /// How long a server that was lost may be away (restarting) before the run gives up on it.
  Milliseconds reconnectPatience{120'000};
  /// How long a server is asked again that answers and lets nobody in: a fail-over may lead to the wrong one for a
  /// moment.
  Milliseconds refusalPatience{10'000};
  /// How long the clean-up after a concurrent build keeps trying to drop what is invalid.
  Milliseconds cleanUpPatience{20'000};
  /// Transactions older than this are named before a concurrent build, which has to wait for them.
  Milliseconds longTransactionAge{5000};
};

/// One instance a script is run on.
struct RunTarget {
  std::string instance;
  const db::Engine* engine = nullptr;
  ConnectionString connection;
  std::string applicationName;  ///< `hotswap/<executionId>`; the run ends left-over sessions of that name
  /// Called at every look at which sessions of the application wait for the run, from its watcher's thread.
  std::function<void()> onBlocking = nullptr;
};

/// A statement failed. Wraps what the server said with where in the script it stands:
/// `statement 3 (line 7, column 15) failed: column "x" does not exist (SQLSTATE 42703)`. `details()` holds the
/// statement and the server's detail and hint.
class StatementFailed : public Error {
 public:
  StatementFailed(const db::SqlError& cause, std::size_t statement, Position position, const std::string& sql);
  /// The same failure with one more sentence.
  StatementFailed(const StatementFailed& failure, const std::string& remark);
  [[nodiscard]] std::size_t statement() const { return statement_; }  ///< index in the script
  [[nodiscard]] Position position() const { return position_; }  ///< in the script, of the place the server points at
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

/// In what the run of a way back differs from that of a forward script.
struct RunPolicy {
  StepKind step = StepKind::Apply;  ///< under which the journal has the units
  bool passOverMissing = false;     ///< statements whose objects are missing, or there already, are passed over
  bool passOverData = false;        ///< statements that change rows are passed over
  /// Looks from inside the transaction of a unit, before it is committed; what it throws undoes the unit.
  std::function<void(db::Session&, const db::Unit&)> beforeCommit = nullptr;
  /// `beforeCommit` writes something into the database by which the caller finds out whether the unit was committed.
  /// Then nothing else is done for that, and a connection that is lost inside a transaction ends the run: SqlError,
  /// with `recovery().outcomeKnown` false where COMMIT had been sent.
  bool settledByCaller = false;
  /// Rows that transactions change are counted for the log, and a TRUNCATE that would empty tables it doesn't name is
  /// refused.
  bool countRows = true;
  /// Why a statement is passed over, empty where it is to be run.
  std::function<std::string(const db::Statement&)> passOver = nullptr;
};

class SharedJournal;
struct StatementGuards;

/// Runs scripts on one instance without hurting those who use it: bounded lock waits with jittered retries, an eye on
/// whom it blocks, concurrent builds with limits of their own and nothing invalid left behind.
/// One object for one run or for several, one after the other; used by one thread. A run has two threads of its own
/// besides: one that sends cancel requests and one that watches, over a session of its own, whom the run blocks.
///
/// All units share one session, so that SET, SET ROLE and the like hold for those that follow. Where the connection was
/// lost, and where a run begins in the middle, the new session first repeats the SET and RESET statements of the units
/// before (those outside of transactions and of transactions that were committed, without SET LOCAL). Temporary tables,
/// prepared statements and session-level advisory locks are gone then, and a statement that needs them fails.
/// What a script has left in its session is gone before the next run.
class ScriptRunner {
 public:
  ScriptRunner(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random);
  ScriptRunner(const ScriptRunner&) = delete;
  ScriptRunner& operator=(const ScriptRunner&) = delete;
  ~ScriptRunner();

  /// Other settings for the runs that follow.
  void use(const RunSettings& settings) { settings_ = settings; }

  /// Runs the units from `firstUnit` on. Stops as soon as `stop` is requested, reaching into the server; then and on
  /// failure everything of the present unit is undone and the units before it stay (`recovery().changedAnything`).
  /// A COMMIT that has been sent is awaited, and where the connection is lost meanwhile the server is asked what became
  /// of it: a unit is never run twice.
  /// A unit is tried again after lock timeouts, deadlocks and serialization failures and where it blocked others for
  /// too long, until `stop`; after a lost connection at most three times. Throws StatementFailed, Error (Conflict) when
  /// stopped, SqlError where the server is lost for good, Error (ValidationError) for a script with syntax errors or
  /// transaction statements; `recovery().outcomeKnown` is false where nobody can say whether the present unit was done.
  RunResult run(const db::ParsedScript& script, std::string_view source, std::size_t firstUnit,
                const std::stop_token& stop, const RunPolicy& policy = {});

 private:
  void keepForNext(std::unique_ptr<db::Session> session, const db::ParsedScript& script);

  RunTarget target_;
  RunSettings settings_;
  Clock& clock_;
  Random& random_;
  std::unique_ptr<SharedJournal> shared_;
  std::unique_ptr<StatementGuards> guards_;
  std::unique_ptr<db::Session> spare_;  ///< for the next run
};

}  // namespace hotswap::execution
