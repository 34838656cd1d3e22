#pragma once
#include <cstdint>
#include <string>

#include "execution/concurrent_build.h"
#include "execution/run_context.h"
#include "execution/statement_execution.h"
#include "execution/target_connection.h"
#include "execution/unit_evidence.h"

namespace hotswap::execution {

/// Runs the statement of a unit that can't be run in a transaction. What it left half-done when it failed is cleared
/// away before the failure is passed on.
class LoneUnit {
 public:
  LoneUnit(const RunContext& run, TargetConnection& connection, StatementExecution& execution)
      : run_(run), connection_(connection), execution_(execution) {}

  /// Notes how things stand before the first attempt, and refuses what could not end well. Throws Error (Conflict).
  void prepare();
  /// One attempt at the present unit; returns how many rows it changed. Throws Stopped, AttemptBroken, StatementFailed,
  /// OutcomeUnknown, and SqlError where the connection was lost and the statement is known not to be done.
  std::int64_t attempt();

 private:
  [[nodiscard]] const db::Statement& statement() const;
  void refuseInvalidNamesake() const;
  void nameLongTransactions(db::Session& session);
  /// What the clean-up after a failure came to.
  struct CleanUp {
    bool finished = false;  ///< it made the unit done: an index whose removal had begun is gone
    std::string remark;     ///< what is left to do by hand, empty where nothing is
  };
  CleanUp cleanUp();
  CleanUp cleanUpOnce(db::Session& session);
  CleanUp undoDetach(db::Session& session, const CleanUpLimits& limits);
  CleanUp removeIndexes(db::Session& session, const CleanUpLimits& limits);
  std::int64_t settleLost(const db::SqlError& error);
  std::int64_t passOver();

  const RunContext& run_;
  TargetConnection& connection_;
  StatementExecution& execution_;
  std::string evidence_;
};

}  // namespace hotswap::execution
