#include "execution/run_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "execution/run_errors.h"

namespace hotswap::execution {

std::string RunContext::name(std::size_t index) const {
  const Position& position = statement(index).position;
  return fmt::format("statement {} (line {}, column {})", index + 1, position.line, position.column);
}

bool RunContext::passedOver(std::size_t index) const {
  const std::string why = policy.passOver ? policy.passOver(statement(index)) : "";
  if (why.empty()) return false;
  journal.log({.level = "warning",
               .message = fmt::format("{} is passed over: {}", name(index), why),
               .sql = statement(index).sql});
  return true;
}

void RunContext::throwIfStopped() const {
  if (!stop.stop_requested()) return;
  throw Stopped(fmt::format("stopped at {}; what its unit had done is undone", name(units.at(unit).first)),
                changedBefore());
}

db::SessionLimits limitsFor(const db::Statement& statement, const RunSettings& settings) {
  db::SessionLimits limits;
  const bool strong = statement.lockClass == db::LockClass::Strong;
  // A build that gives up waiting leaves an invalid index, and under a weak lock nobody queues behind it.
  const bool mayWait = !statement.transactional && !strong;
  limits.lock = mayWait ? Milliseconds(0) : settings.lockTimeout;
  limits.statement = strong ? settings.strongStatementTimeout : Milliseconds(0);
  limits.idleInTransaction = settings.idleInTransaction;
  return limits;
}

bool marksSession(const db::Statement& statement) {
  // Kinds that run nothing of the user's (functions may set what they like), as long as the text gives them nothing to
  // run: no expression in an index, no word of temporary tables.
  constexpr std::array<std::string_view, 8> harmless{"CREATE TABLE", "CREATE INDEX", "CREATE VIEW", "CREATE TYPE",
                                                     "DROP",         "COMMENT",      "GRANT",       "REVOKE"};
  const bool isHarmless = std::ranges::any_of(
      harmless, [&](std::string_view kind) { return std::string_view(statement.kind).starts_with(kind); });
  if (!isHarmless || statement.opaque || statement.changesData || setsSession(statement)) return true;
  if (statement.kind == "CREATE INDEX" && std::ranges::count(statement.sql, '(') > 1) return true;
  const std::string text = toLower(statement.sql);
  const bool isFilledByQuery = statement.kind == "CREATE TABLE" && text.find("select") != std::string::npos;
  return isFilledByQuery || text.find("temp") != std::string::npos;
}

bool setsSession(const db::Statement& statement) {
  // SET LOCAL and SET TRANSACTION do nothing outside of a transaction, so repeating them does no harm.
  return statement.kind.starts_with("SET") || statement.kind.starts_with("RESET") ||
         statement.kind.starts_with("DISCARD") || (statement.setsSearchPath && !statement.changesData);
}

}  // namespace hotswap::execution
