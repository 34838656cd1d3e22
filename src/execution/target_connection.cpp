#include "execution/target_connection.h"

#include <fmt/format.h>

#include <utility>

#include "execution/patient_connect.h"
#include "execution/run_errors.h"

namespace hotswap::execution {

namespace {

constexpr Milliseconds endPatience{10'000};
constexpr Milliseconds settlePause{200};
constexpr int looksBeforeEnding = 25;  ///< five seconds: a COMMIT that still runs then is held up by something
constexpr int looksInAll = 50;

}  // namespace

db::Session& TargetConnection::session(bool heedStop) {
  if (session_ && session_->usable()) {
    if (std::exchange(isFresh_, false)) takeOverSettings();
    return *session_;
  }
  isFresh_ = false;
  session_ = wasConnected_ ? connectAgain(heedStop)
                           : run_.engine().connect(run_.target.connection, run_.target.applicationName,
                                                   run_.settings.connectTimeout);
  wasConnected_ = true;
  onOtherState_();
  takeOverSettings();
  return *session_;
}

db::Session& TargetConnection::restore(bool heedStop) {
  isFresh_ = false;
  session_.reset();
  auto fresh = connectAgain(heedStop);
  const int ended = run_.engine().sessionWatch().endSessions(*fresh, run_.target.applicationName, endPatience);
  if (ended > 0) {
    run_.journal.logQuietly({.message = fmt::format("connected again; {} left-over session(s) ended", ended)});
  }
  session_ = std::move(fresh);
  onOtherState_();
  takeOverSettings();
  return *session_;
}

std::unique_ptr<db::Session> TargetConnection::connectAgain(bool heedStop) {
  try {
    return connectPatiently(run_.target, run_.settings, run_.clock, heedStop ? run_.stop : std::stop_token());
  } catch (const db::SqlError&) {
    if (heedStop) run_.throwIfStopped();
    throw;
  }
}

void TargetConnection::takeOverSettings() {
  for (std::size_t unit = 0; unit < run_.unit; ++unit) {
    for (std::size_t offset = 0; offset < run_.units[unit].count; ++offset) {
      const std::size_t index = run_.units[unit].first + offset;
      const db::Statement& statement = run_.statement(index);
      if (!setsSession(statement)) continue;
      run_.engine().setLimits(*session_, limitsFor(statement, run_.settings));
      session_->execute(statement.sql);
      onOtherState_();
      run_.journal.logQuietly(
          {.message = fmt::format("repeated {} for the new session", run_.name(index)), .sql = statement.sql});
    }
  }
}

db::TransactionOutcome TargetConnection::settle(const std::string& transactionId) {
  session_.reset();
  run_.journal.logQuietly(
      {.level = "warning",
       .message = fmt::format(
           "the connection was lost during COMMIT; the server is asked what became of transaction {}", transactionId)});
  const std::stop_token never;
  const auto deadline = run_.clock.steadyNow() + run_.settings.reconnectPatience;
  std::string why = "the server does not know";
  do {
    try {
      const auto fresh = connectAgain(false);
      for (int look = 1; look <= looksInAll; ++look) {
        const auto outcome = run_.engine().transactionOutcome(*fresh, transactionId);
        if (outcome == db::TransactionOutcome::Committed || outcome == db::TransactionOutcome::RolledBack)
          return outcome;
        if (outcome == db::TransactionOutcome::Unknown) break;
        if (look == looksBeforeEnding) {
          run_.engine().sessionWatch().endSessions(*fresh, run_.target.applicationName, endPatience);
        }
        run_.clock.waitFor(settlePause, never);
      }
      break;
    } catch (const db::SqlError& error) {
      why = error.what();
      // Connecting has its own patience, and what the server won't tell now it won't tell in a minute.
      if (!isLost(error) || error.kind() == db::SqlErrorKind::ConnectionRefused) break;
    }
  } while (run_.clock.steadyNow() < deadline);
  throw OutcomeUnknown(fmt::format(
      "The connection was lost during COMMIT, and whether transaction {} was committed could not be found out: {}",
      transactionId, why));
}

}  // namespace hotswap::execution
