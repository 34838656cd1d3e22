#include <algorithm>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

/// Only an index of one table that no constraint rests on can be dropped beside reads and writes.
bool canGoConcurrently(const PgQuery__Node& name, const Given& given) {
  const auto index = tree::qualified(tree::stringsOf(&name));
  const Relation* known = given.before.lookUp(index.schema, index.name);
  if (known == nullptr) return true;
  if (known->kind != RelationKind::Index || !known->parents.empty()) return false;
  return std::ranges::none_of(given.before.foreignKeysTo(known->index.table),
                              [&](const auto& key) { return key.second->index == known->id; });
}

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return false;
  const PgQuery__DropStmt& drop = *given.tree.drop_stmt;
  if (drop.remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX || drop.concurrent != 0) return false;
  if (!blocksOthers(given, true)) return false;
  const auto names = tree::nodes(drop.n_objects, drop.objects);
  if (!std::ranges::all_of(names, [&](const PgQuery__Node* name) { return canGoConcurrently(*name, given); }))
    return false;
  for (PgQuery__Node* name : names) {
    PgQuery__Node* node = draft.trees.shallow(given.tree);
    node->drop_stmt = draft.trees.shallow(drop);
    node->drop_stmt->n_objects = 1;
    node->drop_stmt->objects = draft.trees.list({name});
    node->drop_stmt->behavior = PG_QUERY__DROP_BEHAVIOR__DROP_RESTRICT;
    node->drop_stmt->concurrent = 1;
    draft.stepAlone(node);
  }
  return true;
}

}  // namespace

const Rewrite dropIndex{.id = "drop-index", .rules = {"drop-index-blocks"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
