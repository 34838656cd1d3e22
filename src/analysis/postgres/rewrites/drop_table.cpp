#include <algorithm>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/quarantine.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

/// What has another name is gone for whoever asks for it by its own. A partition would still be read through its
/// parent.
bool canBeHidden(const tree::QualifiedName& name, bool missingOk, const Given& given) {
  const Relation* table = given.before.lookUp(name.schema, name.name);
  if (table == nullptr) return missingOk || !given.before.complete;
  const std::string hidden = quarantineName(name.name, given.today);
  return !table->own && table->parents.empty() && given.before.find(table->schema, hidden) == nullptr;
}

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return false;
  const PgQuery__DropStmt& drop = *given.tree.drop_stmt;
  if (drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) return false;
  const auto names = tree::nodes(drop.n_objects, drop.objects);
  const auto nameOf = [](const PgQuery__Node* node) { return tree::qualified(tree::stringsOf(node)); };
  if (!std::ranges::all_of(
          names, [&](const PgQuery__Node* node) { return canBeHidden(nameOf(node), drop.missing_ok != 0, given); }))
    return false;
  PgQuery__Node* later = draft.trees.copy(given.tree);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const tree::QualifiedName name = nameOf(names[i]);
    const std::string hidden = quarantineName(name.name, given.today);
    PgQuery__Node* rename = draft.trees.parse("ALTER TABLE t RENAME TO u");
    PgQuery__RangeVar& range = *rename->rename_stmt->relation;
    range.schemaname = draft.trees.text(name.schema);
    range.relname = draft.trees.text(name.name);
    rename->rename_stmt->newname = draft.trees.text(hidden);
    rename->rename_stmt->missing_ok = drop.missing_ok;
    draft.say(rename, "hotswap: allow rename-table reason=\"hidden, to be dropped later\"");
    draft.step({rename});
    PgQuery__List* parts = later->drop_stmt->objects[i]->list;
    parts->items[parts->n_items - 1] = draft.trees.string(hidden);
  }
  draft.later(later, "nothing has missed it");
  return true;
}

}  // namespace

const Rewrite dropTable{.id = "drop-table", .rules = {"drop-table", "drop-cascade"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
