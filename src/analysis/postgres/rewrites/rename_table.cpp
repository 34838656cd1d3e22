#include "analysis/postgres/rewrites/compatibility_view.h"
#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return false;
  const PgQuery__RenameStmt& rename = *given.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || rename.relation == nullptr) return false;
  const Relation* table = relationOf(given, *rename.relation);
  // The columns of a table that nobody knows can't be named.
  if (table == nullptr || !table->known || table->own || !canStandIn(*table, given)) return false;
  std::vector<std::pair<std::string, std::string>> columns;
  for (const Column& column : table->columns) columns.emplace_back(column.name, column.name);
  PgQuery__Node* renamed = draft.trees.shallow(given.tree);
  PgQuery__Node* view = viewFor(*rename.relation, rename.newname, columns, given, draft);
  draft.say(renamed, "hotswap: allow rename-table reason=\"a view keeps the old name\"");
  draft.say(view, "What roles may do on the table must be granted on the view, too.");
  draft.step({renamed, view});
  draft.later(dropView(*rename.relation, draft), "nothing uses the old name any more");
  return true;
}

}  // namespace

const Rewrite renameTable{.id = "rename-table", .rules = {"rename-table"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
