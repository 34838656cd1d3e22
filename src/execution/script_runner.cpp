#include "execution/script_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "execution/lone_unit.h"
#include "execution/retry_pauses.h"
#include "execution/run_context.h"
#include "execution/run_errors.h"
#include "execution/transactional_unit.h"

namespace hotswap::execution {

namespace {

constexpr int lossesBorne = 3;  ///< lost connections in one unit
constexpr int holdsBorne = 3;   ///< attempts at one unit that were broken off while they held what others waited for

/// One unit, tried until it is done or can't be.
class UnitAttempts {
 public:
  UnitAttempts(const RunContext& run, TargetConnection& connection, StatementExecution& execution)
      : run_(run),
        connection_(connection),
        inTransaction_(run, connection, execution),
        alone_(run, connection, execution),
        pauses_(run.settings.firstPause, run.settings.longestPause, run.random) {}

  std::int64_t untilDone() {
    for (;;) {
      try {
        return once();
      } catch (const AttemptBroken& broken) {
        pauseAfter(broken);
      } catch (const db::SqlError& error) {
        if (error.recovery().retryable && !isLost(error)) {
          // Not of a statement of the script, but of what is looked up around it.
          pauseAfter(AttemptBroken(error.what(), error.failure(), run_.units[run_.unit].first, false));
        } else {
          bear(error);
        }
      }
    }
  }

 private:
  std::int64_t once() {
    if (std::exchange(lost_, false)) connection_.restore(true);
    if (run_.units[run_.unit].transactional) return inTransaction_.attempt();
    if (run_.passedOver(run_.units[run_.unit].first)) return 0;
    if (!prepared_) {
      alone_.prepare();
      prepared_ = true;
    }
    return alone_.attempt();
  }

  void pauseAfter(const AttemptBroken& broken) {
    ++attempts_;
    if (broken.heldTooLong() && ++holds_ == holdsBorne) {
      db::SqlFailure failure = broken.failure();
      failure.message = fmt::format(
          "it needs its lock for too long: {} times it was broken off because sessions of the application had waited "
          "for it for more than {}",
          holds_, toHumanText(run_.settings.longestBlocking));
      const db::Statement& statement = run_.statement(broken.statement());
      throw StatementFailed(db::SqlError(failure, {.changedAnything = run_.changedBefore()}), broken.statement(),
                            statement.position, statement.sql);
    }
    const Milliseconds pause = pauses_.next();
    run_.journal.log({.level = "warning",
                      .message = fmt::format("attempt {} is undone and tried again in {}: {}", attempts_,
                                             toHumanText(pause), broken.what())});
    if (!run_.clock.waitFor(pause, run_.stop)) run_.throwIfStopped();
  }

  /// What reaches this place is known not to have been committed.
  void bear(const db::SqlError& error) {
    if (run_.policy.settledByCaller && run_.units[run_.unit].transactional) throw error;
    const bool tryAgain = error.kind() != db::SqlErrorKind::ConnectionRefused && isLost(error) && losses_ < lossesBorne;
    if (!tryAgain) {
      throw db::SqlError(error.failure(), {.retryable = error.recovery().retryable,
                                           .connectionUsable = error.recovery().connectionUsable,
                                           .outcomeKnown = true,
                                           .changedAnything = run_.changedBefore()});
    }
    ++losses_;
    lost_ = true;
    run_.journal.log(
        {.level = "warning",
         .message = fmt::format("the connection was lost and the unit is undone; trying again ({} of {}): {}", losses_,
                                lossesBorne, error.what())});
  }

  const RunContext& run_;
  TargetConnection& connection_;
  TransactionalUnit inTransaction_;
  LoneUnit alone_;
  RetryPauses pauses_;
  int attempts_ = 0;
  int holds_ = 0;
  int losses_ = 0;
  bool lost_ = false;
  bool prepared_ = false;
};

/// Throws for what no unit of must be run: HotSwap owns the transactions, and a broken script has no statements.
void refuseUnfit(const db::ParsedScript& script) {
  const auto refuse = [](const Position& position, const std::string& why) {
    throw Error(ErrorCode::ValidationError, fmt::format("line {}, column {}: {}", position.line, position.column, why));
  };
  if (script.error) refuse(script.error->position, script.error->message);
  for (const db::Statement& statement : script.statements) {
    if (!statement.transactionControl) continue;
    refuse(statement.position,
           fmt::format("{} is refused: transactions are begun and ended by HotSwap alone", statement.kind));
  }
}

std::int64_t runUnit(const RunContext& run, TargetConnection& connection, StatementExecution& execution) {
  run.throwIfStopped();
  run.journal.unitStarted(run.policy.step, run.unit);
  std::int64_t rows = 0;
  try {
    rows = UnitAttempts(run, connection, execution).untilDone();
  } catch (const Error& error) {
    if (error.recovery().outcomeKnown) run.journal.unitFailed(error.what());
    throw;
  } catch (const std::exception& error) {
    run.journal.unitFailed(error.what());
    throw;
  }
  const db::Unit& unit = run.units[run.unit];
  run.journal.unitDone(unit.count == 1 ? fmt::format("{} done, {} row(s) changed", run.name(unit.first), rows)
                                       : fmt::format("statements {} to {} done, {} row(s) changed", unit.first + 1,
                                                     unit.first + unit.count, rows),
                       rows);
  return rows;
}

}  // namespace

ScriptRunner::ScriptRunner(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random)
    : target_(std::move(target)),
      settings_(settings),
      clock_(clock),
      random_(random),
      shared_(std::make_unique<SharedJournal>(journal, target_.instance)) {}

ScriptRunner::~ScriptRunner() = default;

RunResult ScriptRunner::run(const db::ParsedScript& script, std::string_view source, std::size_t firstUnit,
                            const std::stop_token& stop, const RunPolicy& policy) {
  refuseUnfit(script);
  const std::vector<db::Unit> units = db::planUnits(script.statements);
  RunContext run{.target = target_,
                 .settings = settings_,
                 .policy = policy,
                 .journal = *shared_,
                 .clock = clock_,
                 .random = random_,
                 .script = script,
                 .source = source,
                 .units = units,
                 .stop = stop,
                 .unit = firstUnit};
  RunResult result;
  if (firstUnit >= units.size()) return result;
  if (!guards_ || guards_->stop != stop) {
    guards_.reset();
    guards_ = std::make_unique<StatementGuards>(target_, settings_, *shared_, stop);
  }
  StatementExecution execution(run, *guards_);
  TargetConnection connection(run, std::move(spare_), [&] { execution.forgetLimits(); });
  for (; run.unit < units.size(); ++run.unit) {
    result.rowsAffected += runUnit(run, connection, execution);
    ++result.unitsRun;
  }
  keepForNext(connection.release(), script);
  return result;
}

void ScriptRunner::keepForNext(std::unique_ptr<db::Session> session, const db::ParsedScript& script) {
  const bool isMarked =
      std::ranges::any_of(script.statements, [](const db::Statement& statement) { return marksSession(statement); });
  if (session && isMarked) {
    guards_->limited.reset();
    try {
      session->reset();
    } catch (const db::SqlError&) {
      return;  // the script is done; the next one gets a new session
    }
  }
  spare_ = std::move(session);
}

}  // namespace hotswap::execution
