#include <fmt/format.h>

#include "analysis/postgres/rewrites/compatibility_view.h"
#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

constexpr std::size_t longestName = 63;

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return false;
  const PgQuery__RenameStmt& rename = *given.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN || rename.relation == nullptr) return false;
  const Relation* table = relationOf(given, *rename.relation);
  if (table == nullptr || !table->known || table->own || !canStandIn(*table, given)) return false;
  const std::string base = table->name + "_base";
  if (base.size() > longestName || given.before.find(table->schema, base) != nullptr) return false;
  std::vector<std::pair<std::string, std::string>> columns;
  for (const Column& column : table->columns) {
    const std::string name = column.name == rename.subname ? rename.newname : column.name;
    columns.emplace_back(name, name);
  }
  columns.emplace_back(rename.newname, rename.subname);
  PgQuery__Node* ofColumn = draft.trees.shallow(given.tree);
  PgQuery__Node* ofTable = renameTo(*rename.relation, base, draft);
  PgQuery__Node* view = viewFor(*rename.relation, base, columns, given, draft);
  draft.say(ofColumn, "hotswap: allow rename-column reason=\"a view keeps the old name\"");
  draft.say(ofTable, "hotswap: allow rename-table reason=\"a view stands in its place\"");
  draft.say(view, "What roles may do on the table must be granted on the view, too.");
  draft.step({ofColumn, ofTable, view});
  const std::string when = "nothing uses the old name any more, in one transaction";
  draft.later(dropView(*rename.relation, draft), when);
  PgQuery__RangeVar* renamed = draft.trees.shallow(*rename.relation);
  renamed->relname = draft.trees.text(base);
  draft.later(renameTo(*renamed, table->name, draft), when);
  return true;
}

}  // namespace

const Rewrite renameColumn{.id = "rename-column", .rules = {"rename-column"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
