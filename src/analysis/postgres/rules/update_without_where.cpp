#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const bool updates = look.tree.node_case == PG_QUERY__NODE__NODE_UPDATE_STMT;
  const bool deletes = look.tree.node_case == PG_QUERY__NODE__NODE_DELETE_STMT;
  if (!updates && !deletes) return;
  const PgQuery__Node* where = updates ? look.tree.update_stmt->where_clause : look.tree.delete_stmt->where_clause;
  const PgQuery__RangeVar& table = *(updates ? look.tree.update_stmt->relation : look.tree.delete_stmt->relation);
  if (where != nullptr || ofOthers({{table.schemaname, table.relname}}, look).empty()) return;
  remarks.add(fmt::format("Every row of {} is locked until the statement has gone through all of them, and is {}.",
                          table.relname, updates ? "kept twice until a vacuum" : "gone"),
              "Go through the table in batches by its key, each in a transaction of its own.");
}

}  // namespace

const Rule updateWithoutWhere{
    .info = {"update-without-where", Severity::Warning, "every row of a table is changed or deleted by one statement"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
