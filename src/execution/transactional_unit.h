#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "execution/row_account.h"
#include "execution/run_context.h"
#include "execution/statement_execution.h"
#include "execution/target_connection.h"

namespace hotswap::execution {

/// Runs a unit's statements in one transaction. An attempt that fails leaves nothing of it.
class TransactionalUnit {
 public:
  TransactionalUnit(const RunContext& run, TargetConnection& connection, StatementExecution& execution)
      : run_(run), connection_(connection), execution_(execution) {}

  /// One attempt at the present unit; returns how many rows it changed, once that is committed. Throws Stopped,
  /// AttemptBroken, StatementFailed, OutcomeUnknown, and SqlError where the connection was lost and nothing was
  /// committed.
  std::int64_t attempt();

 private:
  std::int64_t runStatements(db::Session& session, RowAccount& account);
  std::int64_t runForgivingly(db::Session& session, std::size_t index);
  void commit(db::Session& session, const std::string& transactionId);
  void rollback(db::Session& session) noexcept;

  const RunContext& run_;
  TargetConnection& connection_;
  StatementExecution& execution_;
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace hotswap::execution
