#include <algorithm>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

struct Change {
  const PgQuery__RangeVar* table = nullptr;
  bool isSimple = false;  ///< of one table alone, with nothing to return
};

Change changeOf(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_UPDATE_STMT) {
    const PgQuery__UpdateStmt& update = *node.update_stmt;
    return {update.relation,
            update.n_from_clause == 0 && update.n_returning_list == 0 && update.with_clause == nullptr};
  }
  if (node.node_case == PG_QUERY__NODE__NODE_DELETE_STMT) {
    const PgQuery__DeleteStmt& remove = *node.delete_stmt;
    return {remove.relation,
            remove.n_using_clause == 0 && remove.n_returning_list == 0 && remove.with_clause == nullptr};
  }
  return {};
}

bool setsOneOf(const PgQuery__Node& node, const std::vector<std::string>& columns) {
  if (node.node_case != PG_QUERY__NODE__NODE_UPDATE_STMT) return false;
  return std::ranges::any_of(tree::nodes(node.update_stmt->n_target_list, node.update_stmt->target_list),
                             [&](const PgQuery__Node* target) {
                               return std::ranges::find(columns, target->res_target->name) != columns.end();
                             });
}

bool write(const Given& given, Draft& draft) {
  const Change change = changeOf(given.tree);
  if (change.table == nullptr || !change.isSimple) return false;
  const Relation* table = relationOf(given, *change.table);
  if (table == nullptr || table->own || !table->isTable()) return false;
  const std::vector<std::string> key = batchKey(table);
  if (key.empty() || setsOneOf(given.tree, key)) return false;
  draft.stepInBatches(draft.trees.shallow(given.tree), key);
  return true;
}

}  // namespace

const Rewrite changeRows{
    .id = "change-rows", .rules = {"update-without-where", "rows-changed-under-lock"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
