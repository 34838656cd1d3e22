#include "execution/unit_outcome.h"

#include "execution/concurrent_build.h"
#include "execution/concurrent_detach.h"
#include "execution/unit_evidence.h"

namespace hotswap::execution {

UnitOutcome unitOutcome(const db::Engine& engine, db::Session& session, const db::ParsedScript& script,
                        const db::Unit& unit, const std::string& evidence) {
  if (evidence.empty()) return UnitOutcome::NotDone;
  if (unit.transactional) {
    switch (engine.transactionOutcome(session, evidence)) {
      case db::TransactionOutcome::Committed: return UnitOutcome::Done;
      case db::TransactionOutcome::RolledBack: return UnitOutcome::NotDone;
      case db::TransactionOutcome::InProgress:
      case db::TransactionOutcome::Unknown: return UnitOutcome::Unknown;
    }
  }
  const db::Statement& statement = script.statements.at(unit.first);
  if (statement.concurrentBuild) {
    SystemClock clock;
    if (const auto build = placed(*statement.concurrentBuild, evidence)) {
      removeLeftovers(engine, session, clock, *build, fromEvidence(evidence), {});
    }
  }
  if (statement.concurrentDetach) {
    SystemClock clock;
    attachAgain(engine, session, clock, evidence, {});
  }
  return compareWithEvidence(engine, session, statement, evidence);
}

}  // namespace hotswap::execution
