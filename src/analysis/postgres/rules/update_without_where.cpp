#include <fmt/format.h>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "base/text.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// `true`, or an equation of two equal constants.
bool isAlwaysTrue(const PgQuery__Node& condition) {
  const auto constant = [](const PgQuery__Node* node) {
    return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_A_CONST ? textOf(*node) : std::string();
  };
  if (condition.node_case == PG_QUERY__NODE__NODE_A_CONST) return toLower(textOf(condition)) == "true";
  if (condition.node_case != PG_QUERY__NODE__NODE_A_EXPR) return false;
  const PgQuery__AExpr& expression = *condition.a_expr;
  const std::string left = constant(expression.lexpr);
  return !left.empty() && left == constant(expression.rexpr) && expression.n_name == 1 &&
         db::postgres::stringOf(expression.name[0]) == "=";
}

void check(const Look& look, Remarks& remarks) {
  for (const RowChange& change : rowChanges(look)) {
    const bool updates = change.kind == RowChange::Kind::Update;
    if (!updates && change.kind != RowChange::Kind::Delete) continue;
    if ((change.where != nullptr && !isAlwaysTrue(*change.where)) || !isOfOthers(*change.table, look)) continue;
    remarks.add(fmt::format("Every row of {} is locked until the statement has gone through all of them, and is {}.",
                            change.table->relname, updates ? "kept twice until a vacuum" : "gone"),
                "Go through the table in batches by its key, each in a transaction of its own.");
  }
}

}  // namespace

const Rule updateWithoutWhere{
    .info = {"update-without-where", Severity::Warning, "every row of a table is changed or deleted by one statement"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
