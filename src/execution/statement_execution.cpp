#include "execution/statement_execution.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/time_text.h"
#include "execution/run_errors.h"

namespace hotswap::execution {

namespace {

constexpr std::size_t noticesLogged = 100;  ///< of one statement; a script may raise one for each row

std::string blockersText(const std::vector<db::BlockedSession>& blockers) {
  std::string text;
  for (const db::BlockedSession& one : blockers) {
    text += fmt::format("{}session {} ({}: {})", text.empty() ? "" : ", ", one.backendId,
                        one.application.empty() ? "no application name" : one.application, one.statement);
  }
  return text;
}

}  // namespace

struct StatementExecution::Outcome {
  std::optional<db::SqlError> failure;
  db::StatementResult result;
  Observed seen;
  Milliseconds duration{0};
};

StatementExecution::Outcome StatementExecution::runWatched(db::Session& session, const std::string& sql,
                                                           const BlockingWatch::Watched& watched) {
  Outcome outcome;
  std::size_t notices = 0;
  session.onNotice([&](std::string_view text) {
    if (++notices > noticesLogged) return;
    run_.journal.logQuietly({.level = text.starts_with("WARNING") ? "warning" : "info", .message = std::string(text)});
  });
  const auto begun = run_.clock.steadyNow();
  guards_.breaker.arm(session.canceller());
  guards_.watch.begin(watched);
  std::exception_ptr other;
  try {
    outcome.result = session.execute(sql);
  } catch (const db::SqlError& error) {
    outcome.failure = error;
  } catch (...) {
    other = std::current_exception();
  }
  outcome.seen = guards_.watch.end();
  guards_.breaker.disarm();
  session.onNotice(nullptr);
  if (notices > noticesLogged) {
    run_.journal.logQuietly({.message = fmt::format("and {} more notices", notices - noticesLogged)});
  }
  if (other) std::rethrow_exception(other);
  outcome.duration = std::chrono::duration_cast<Milliseconds>(run_.clock.steadyNow() - begun);
  return outcome;
}

void StatementExecution::setLimits(db::Session& session, std::size_t index) {
  const StatementGuards::Limited wanted{.backendId = session.backendId(),
                                        .limits = limitsFor(run_.statement(index), run_.settings)};
  if (guards_.limited == wanted) return;
  guards_.limited.reset();
  run_.engine().setLimits(session, wanted.limits);
  guards_.limited = wanted;
}

std::int64_t StatementExecution::execute(db::Session& session, std::size_t index,
                                         std::chrono::steady_clock::time_point holdingSince) {
  run_.throwIfStopped();
  const db::Statement& statement = run_.statement(index);
  const Outcome outcome = runWatched(session, statement.sql,
                                     {.backendId = session.backendId(),
                                      .weak = statement.lockClass == db::LockClass::Weak,
                                      .holdingSince = holdingSince});
  // A rollback takes back what was set in the transaction, and what may change rows may run functions.
  if (outcome.failure || marksSession(statement)) guards_.limited.reset();
  tellBlocked(index, outcome.seen);
  const auto rows = outcome.result.rowsAffected;
  if (outcome.failure) {
    run_.journal.logQuietly({.level = "error",
                             .message = fmt::format("{}: {}", run_.name(index), outcome.failure->what()),
                             .sql = statement.sql,
                             .duration = outcome.duration});
    translate(*outcome.failure, index, outcome.seen);
  }
  // Quietly: a journal that fails here must not make a statement that has been done look as if it had failed.
  run_.journal.logQuietly({.message = fmt::format("{}: {}", run_.name(index),
                                                  outcome.result.tag.empty() ? statement.kind : outcome.result.tag),
                           .sql = statement.sql,
                           .duration = outcome.duration,
                           .rows = rows});
  return rows.value_or(0);
}

void StatementExecution::checkDeferred(db::Session& session, std::size_t index,
                                       std::chrono::steady_clock::time_point holdingSince) {
  const std::string check(run_.engine().deferredCheck());
  if (check.empty()) return;
  run_.throwIfStopped();
  guards_.limited.reset();
  run_.engine().setLimits(session, {.lock = run_.settings.lockTimeout,
                                    .statement = Milliseconds(0),
                                    .idleInTransaction = run_.settings.idleInTransaction});
  const Outcome outcome =
      runWatched(session, check, {.backendId = session.backendId(), .weak = false, .holdingSince = holdingSince});
  tellBlocked(index, outcome.seen);
  if (outcome.failure) translate(*outcome.failure, index, outcome.seen);
}

void StatementExecution::tellBlocked(std::size_t index, const Observed& seen) {
  if (seen.mostBlocked == 0) return;
  run_.journal.logQuietly(
      {.level = "warning",
       .message = fmt::format("{} made up to {} session(s) of the application wait, the longest {}{}", run_.name(index),
                              seen.mostBlocked, toHumanText(seen.longestBlocked),
                              seen.brokenOff ? ", and was broken off for that" : "")});
}

Position StatementExecution::positionOfFailure(const db::SqlFailure& failure, std::size_t index) const {
  const db::Statement& statement = run_.statement(index);
  if (failure.offset == std::string::npos) return statement.position;
  return positionOf(run_.source, statement.offset + failure.offset);
}

void StatementExecution::translate(const db::SqlError& error, std::size_t index, const Observed& seen) const {
  if (isLost(error)) throw error;
  run_.throwIfStopped();
  const db::SqlErrorKind kind = error.kind();
  if (seen.brokenOff && kind == db::SqlErrorKind::Canceled) {
    throw AttemptBroken(fmt::format("{} was broken off: it made {} session(s) wait, the longest {}", run_.name(index),
                                    seen.mostBlocked, toHumanText(seen.longestBlocked)),
                        error.failure(), index, !seen.waited);
  }
  if (kind == db::SqlErrorKind::LockTimeout || kind == db::SqlErrorKind::Deadlock ||
      kind == db::SqlErrorKind::Serialization) {
    const std::string blockers = blockersText(seen.blockers);
    throw AttemptBroken(
        fmt::format("{}: {}{}", run_.name(index), error.what(), blockers.empty() ? "" : "; in its way: " + blockers),
        error.failure(), index, false);
  }
  Recovery recovery = error.recovery();
  recovery.changedAnything = run_.changedBefore();
  throw StatementFailed(db::SqlError(error.failure(), recovery), index, positionOfFailure(error.failure(), index),
                        run_.statement(index).sql);
}

}  // namespace hotswap::execution
