#include "analysis/risk.h"

#include <algorithm>

#include "analysis/script_state.h"

namespace hotswap::analysis {

namespace {

using Kind = db::ObjectReference::Kind;

/// Whether everything the statement touches was made earlier in the script, so that nobody uses it yet.
bool touchesOnlyNew(const db::Statement& statement, const ScriptState& state) {
  bool touches = false;
  const auto isNew = [&](const db::ObjectReference& object) {
    if (object.kind == Kind::Type || object.kind == Kind::Function || object.kind == Kind::Schema) return true;
    touches = true;
    if (!object.table.empty()) return state.isMade(tableOf(object)) || state.isMade(object);
    return state.isMade(object);
  };
  return std::ranges::all_of(statement.drops, isNew) && std::ranges::all_of(statement.needs, isNew) && touches;
}

RiskLevel riskOf(const db::Statement& statement, const ScriptState& state) {
  if (!statement.opaque && touchesOnlyNew(statement, state)) return RiskLevel::Low;
  if (statement.destructive || statement.rewrites) return RiskLevel::High;
  if (statement.opaque || statement.changesData) return RiskLevel::Medium;
  if (statement.additive || statement.lockClass == db::LockClass::None) return RiskLevel::Low;
  // Neither changes anything for readers and writers nor stands in their way: ANALYZE, COMMENT, VALIDATE CONSTRAINT.
  if (statement.lockClass == db::LockClass::Weak && statement.makes.empty()) return RiskLevel::Low;
  return RiskLevel::Medium;
}

}  // namespace

RiskLevel riskOf(const std::vector<db::Statement>& statements) {
  ScriptState state;
  RiskLevel worst = RiskLevel::Low;
  for (const db::Statement& statement : statements) {
    worst = std::max(worst, riskOf(statement, state));
    state.apply(statement);
  }
  return worst;
}

}  // namespace hotswap::analysis
