#include "analysis/postgres/rules/rules.h"
#include "base/text.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_VARIABLE_SET_STMT) return;
  const PgQuery__VariableSetStmt& set = *look.tree.variable_set_stmt;
  if (toLower(std::string_view(set.name)) != "session_replication_role" || set.n_args != 1) return;
  const PgQuery__Node& value = *set.args[0];
  if (value.node_case != PG_QUERY__NODE__NODE_A_CONST || value.a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL ||
      toLower(std::string_view(value.a_const->sval->sval)) != "replica")
    return;
  remarks.add("Foreign keys are not checked for what follows, and are called valid all the same; triggers don't run.",
              "Order the statements so that keys hold, or make the keys DEFERRABLE and SET CONSTRAINTS ALL DEFERRED.");
}

}  // namespace

const Rule constraintsBypassed{
    .info = {"constraints-bypassed", Severity::Warning, "a session writes past triggers and foreign keys"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
