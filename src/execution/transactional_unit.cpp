#include "execution/transactional_unit.h"

#include <fmt/format.h>

#include "execution/run_errors.h"

namespace hotswap::execution {

namespace {

bool isMissingOrThere(const db::SqlFailure& failure) {
  return failure.kind == db::SqlErrorKind::MissingObject || failure.kind == db::SqlErrorKind::DuplicateObject;
}

}  // namespace

std::int64_t TransactionalUnit::attempt() {
  run_.throwIfStopped();
  db::Session& session = connection_.session();
  begun_ = std::chrono::steady_clock::now();
  std::int64_t rows = 0;
  std::string transactionId;
  try {
    // Before BEGIN, because SET TRANSACTION has to be the first thing in a transaction.
    execution_.setLimits(session, run_.units[run_.unit].first);
    session.begin();
    RowAccount account(run_);
    rows = runStatements(session, account);
    account.close(session);
    if (run_.policy.beforeCommit) run_.policy.beforeCommit(session, run_.units[run_.unit]);
    if (!run_.policy.settledByCaller) {
      transactionId = session.transactionId();
      run_.journal.unitEvidence(transactionId);
    }
    run_.throwIfStopped();
  } catch (...) {
    rollback(session);
    throw;
  }
  commit(session, transactionId);
  return rows;
}

std::int64_t TransactionalUnit::runStatements(db::Session& session, RowAccount& account) {
  const db::Unit& unit = run_.units[run_.unit];
  std::int64_t rows = 0;
  bool limited = true;
  bool changesRows = false;
  for (std::size_t index = unit.first; index < unit.first + unit.count; ++index) {
    if (run_.passedOver(index)) {
      limited = false;
      continue;
    }
    changesRows = changesRows || mayChangeRows(run_.statement(index)) || run_.statement(index).opaque;
    if (!limited) execution_.setLimits(session, index);
    if (run_.policy.passOverData && run_.statement(index).changesData) {
      run_.journal.log(
          {.message = fmt::format("{} changes rows and is passed over: the rows it would undo were never changed",
                                  run_.name(index)),
           .sql = run_.statement(index).sql});
    } else {
      if (run_.policy.countRows) account.before(session, index);
      rows += run_.policy.passOverMissing ? runForgivingly(session, index) : execution_.execute(session, index, begun_);
    }
    limited = false;
    if (!session.inTransaction()) {
      throw Error(
          ErrorCode::InternalError,
          fmt::format("{} ended the transaction it ran in; what it committed can't be undone.", run_.name(index)), {},
          {.outcomeKnown = false, .changedAnything = true});
    }
  }
  // Nothing is deferred where no rows were changed.
  if (changesRows) execution_.checkDeferred(session, unit.first + unit.count - 1, begun_);
  return rows;
}

std::int64_t TransactionalUnit::runForgivingly(db::Session& session, std::size_t index) {
  session.execute("savepoint hotswap_statement");
  std::int64_t rows = 0;
  try {
    rows = execution_.execute(session, index, begun_);
  } catch (const StatementFailed& failed) {
    if (!isMissingOrThere(failed.failure())) throw;
    session.execute("rollback to savepoint hotswap_statement");
    run_.journal.log({.message = fmt::format("{} is passed over: there is nothing to undo here", run_.name(index))});
  }
  session.execute("release savepoint hotswap_statement");
  return rows;
}

void TransactionalUnit::commit(db::Session& session, const std::string& transactionId) {
  const db::Unit& unit = run_.units[run_.unit];
  try {
    session.commit();
    run_.journal.logQuietly({.message = fmt::format("transaction of {} statement(s) committed", unit.count)});
  } catch (const db::SqlError& error) {
    if (!isLost(error)) {
      rollback(session);
      execution_.translate(error, unit.first + unit.count - 1, {});
    }
    if (run_.policy.settledByCaller) throw;
    if (connection_.settle(transactionId) == db::TransactionOutcome::RolledBack) {
      throw db::SqlError(error.failure(), {.retryable = true,
                                           .connectionUsable = false,
                                           .outcomeKnown = true,
                                           .changedAnything = run_.changedBefore()});
    }
    run_.journal.logQuietly(
        {.message = fmt::format("transaction {} had been committed before the connection was lost", transactionId)});
  }
}

void TransactionalUnit::rollback(db::Session& session) noexcept {
  // A lost connection, or one that is closed, makes the server undo what is not committed.
  if (!session.usable()) return;
  execution_.forgetLimits();
  try {
    if (session.inTransaction()) session.rollback();
  } catch (const std::exception& error) {
    connection_.drop();
    run_.journal.logQuietly(
        {.level = "warning",
         .message = fmt::format("ROLLBACK failed, the session was closed instead: {}", error.what())});
  }
}

}  // namespace hotswap::execution
