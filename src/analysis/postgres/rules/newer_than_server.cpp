#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

bool hasNullsNotDistinct(const Look& look) {
  if (look.tree.node_case == PG_QUERY__NODE__NODE_INDEX_STMT) return look.tree.index_stmt->nulls_not_distinct != 0;
  return std::ranges::any_of(actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint),
                             [](const auto* command) { return command->def->constraint->nulls_not_distinct != 0; });
}

bool detachesConcurrently(const Look& look) {
  return std::ranges::any_of(actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition),
                             [](const auto* command) { return command->def->partition_cmd->concurrent != 0; });
}

struct Need {
  int major = 0;
  std::string what;
};

/// The newest thing that the statement says; major 0 where every server that is supported knows it.
Need needOf(const Look& look) {
  if (look.tree.node_case == PG_QUERY__NODE__NODE_MERGE_STMT) return {15, "MERGE"};
  if (hasNullsNotDistinct(look)) return {15, "NULLS NOT DISTINCT"};
  if (!actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod).empty()) return {15, "SET ACCESS METHOD"};
  if (look.tree.node_case == PG_QUERY__NODE__NODE_VIEW_STMT) {
    const PgQuery__ViewStmt& view = *look.tree.view_stmt;
    if (tree::option(tree::nodes(view.n_options, view.options), "security_invoker") != nullptr)
      return {15, "security_invoker"};
  }
  if (detachesConcurrently(look)) return {14, "DETACH PARTITION … CONCURRENTLY"};
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_TRIG_STMT && look.tree.create_trig_stmt->replace != 0)
    return {14, "CREATE OR REPLACE TRIGGER"};
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT &&
      look.tree.create_function_stmt->sql_body != nullptr)
    return {14, "a body in SQL without quotes"};
  if (!actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropExpression).empty()) return {13, "DROP EXPRESSION"};
  return {};
}

void check(const Look& look, Remarks& remarks) {
  if (!look.before.complete) return;
  const int server = look.before.serverVersion / 10'000;
  const Need need = needOf(look);
  if (server >= need.major) return;
  remarks.add(fmt::format("PostgreSQL {} doesn't know {}; that came with {}.", server, need.what, need.major),
              "Write it in the way of the server's version, or update the server first.");
}

}  // namespace

const Rule newerThanServer{
    .info = {"newer-than-server", Severity::Error, "the server's version doesn't know what the statement says"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
