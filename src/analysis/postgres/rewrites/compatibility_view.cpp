#include "analysis/postgres/rewrites/compatibility_view.h"

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

constexpr int viewsAskForTheirUser = 150000;

PgQuery__RangeVar* renamed(const PgQuery__RangeVar& table, const std::string& name, Draft& draft) {
  PgQuery__RangeVar* range = draft.trees.shallow(table);
  range->relname = draft.trees.text(name);
  range->inh = 1;
  return range;
}

}  // namespace

bool canStandIn(const Relation& table, const Given& given) {
  if (table.kind != RelationKind::Table && table.kind != RelationKind::PartitionedTable) return false;
  return given.before.serverVersion >= viewsAskForTheirUser || !table.rowSecurity;
}

PgQuery__Node* renameTo(const PgQuery__RangeVar& table, const std::string& name, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("ALTER TABLE t RENAME TO u");
  node->rename_stmt->relation = draft.trees.shallow(table);
  node->rename_stmt->newname = draft.trees.text(name);
  return node;
}

PgQuery__Node* viewFor(const PgQuery__RangeVar& table, const std::string& name,
                       const std::vector<std::pair<std::string, std::string>>& columns, const Given& given,
                       Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("CREATE VIEW v WITH (security_invoker = true) AS SELECT c FROM t");
  PgQuery__ViewStmt& view = *node->view_stmt;
  if (given.before.serverVersion < viewsAskForTheirUser) view.n_options = 0;
  view.view = renamed(table, table.relname, draft);
  PgQuery__SelectStmt& select = *view.query->select_stmt;
  select.from_clause[0]->range_var = renamed(table, name, draft);
  const PgQuery__Node& target = *select.target_list[0];
  std::vector<PgQuery__Node*> targets;
  for (const auto& [column, called] : columns) {
    PgQuery__Node* one = draft.trees.copy(target);
    one->res_target->val->column_ref->fields[0] = draft.trees.string(column);
    if (called != column) one->res_target->name = draft.trees.text(called);
    targets.push_back(one);
  }
  select.n_target_list = targets.size();
  select.target_list = draft.trees.list(targets);
  return node;
}

PgQuery__Node* dropView(const PgQuery__RangeVar& view, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("DROP VIEW v");
  std::vector<PgQuery__Node*> names;
  if (*view.schemaname != '\0') names.push_back(draft.trees.string(view.schemaname));
  names.push_back(draft.trees.string(view.relname));
  PgQuery__List* list = node->drop_stmt->objects[0]->list;
  list->n_items = names.size();
  list->items = draft.trees.list(names);
  return node;
}

}  // namespace hotswap::analysis::postgres::rewrites
