#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "analysis/postgres/rules/rules.h"
#include "base/text.h"

namespace hotswap::analysis::postgres::rules {

namespace {

bool isGuard(std::string_view name) {
  constexpr std::array guards{"lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"};
  return std::ranges::find(guards, name) != guards.end();
}

/// Milliseconds of `5000`, `'5s'`, `'2 min'`; -1 for what isn't understood.
long long milliseconds(const PgQuery__Node& value) {
  if (value.node_case != PG_QUERY__NODE__NODE_A_CONST) return -1;
  const PgQuery__AConst& constant = *value.a_const;
  if (constant.val_case == PG_QUERY__A__CONST__VAL_IVAL) return constant.ival->ival;
  if (constant.val_case != PG_QUERY__A__CONST__VAL_SVAL) return -1;
  const std::string text = constant.sval->sval;
  char* end = nullptr;
  const long long number = std::strtoll(text.c_str(), &end, 10);
  const std::string_view unit = trim(std::string_view(end));
  constexpr std::array<std::pair<std::string_view, long long>, 6> units{
      {{"", 1}, {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  const auto found = std::ranges::find(units, unit, &std::pair<std::string_view, long long>::first);
  return end == text.c_str() || found == units.end() ? -1 : number * found->second;
}

void check(const Look& look, Remarks& remarks) {
  constexpr long long longest = 30'000;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_VARIABLE_SET_STMT) return;
  const PgQuery__VariableSetStmt& set = *look.tree.variable_set_stmt;
  const std::string name = toLower(std::string_view(set.name));
  if (!isGuard(name)) return;
  long long limit = 0;  // RESET, TO DEFAULT
  if (set.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE && set.n_args == 1) limit = milliseconds(*set.args[0]);
  if (limit != 0 && (name != "lock_timeout" || limit <= longest)) return;
  remarks.add(
      fmt::format("{} {} for what follows: a statement that waits for a lock makes everybody behind it wait, too.",
                  name, limit == 0 ? "is lifted" : "is long"),
      "Leave it out: HotSwap sets timeouts for each statement by the lock that it takes, and tries again.");
}

}  // namespace

const Rule timeoutChanged{
    .info = {"timeout-changed", Severity::Warning, "a script lifts a timeout that protects the database from it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
