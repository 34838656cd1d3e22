#include <string>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

PgQuery__Node* indexColumn(PgQuery__Node* name, Draft& draft) {
  PgQuery__Node* column = draft.trees.parse("CREATE INDEX ON t (c)")->index_stmt->index_params[0];
  column->index_elem->name = draft.trees.text(tree::stringOf(name));
  return column;
}

PgQuery__Node** indexColumns(tree::Nodes names, Draft& draft) {
  std::vector<PgQuery__Node*> columns;
  for (PgQuery__Node* name : names) columns.push_back(indexColumn(name, draft));
  return draft.trees.list(columns);
}

/// The index of the key, to be built beside reads and writes.
PgQuery__Node* indexOf(const PgQuery__Constraint& key, const PgQuery__RangeVar& table, char* name, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("CREATE UNIQUE INDEX CONCURRENTLY i ON t (c)");
  PgQuery__IndexStmt& index = *node->index_stmt;
  index.idxname = name;
  index.relation = draft.trees.shallow(table);
  index.relation->inh = 1;
  index.n_index_params = key.n_keys;
  index.index_params = indexColumns(tree::nodes(key.n_keys, key.keys), draft);
  index.n_index_including_params = key.n_including;
  index.index_including_params = indexColumns(tree::nodes(key.n_including, key.including), draft);
  index.n_options = key.n_options;
  index.options = key.options;
  index.table_space = key.indexspace;
  index.nulls_not_distinct = key.nulls_not_distinct;
  return node;
}

PgQuery__Constraint* keyUsing(const PgQuery__Constraint& key, char* name, Draft& draft) {
  static char none[] = "";
  PgQuery__Constraint* made = draft.trees.shallow(key);
  made->conname = name;
  made->indexname = name;
  made->n_keys = 0;
  made->n_including = 0;
  made->n_options = 0;
  made->indexspace = none;
  made->nulls_not_distinct = 0;
  return made;
}

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint);
  if (command == nullptr || !buildsUnderLock(given)) return false;
  const PgQuery__Constraint& key = *command->def->constraint;
  const bool isPrimary = key.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
  if ((!isPrimary && key.contype != PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE) || *key.indexname != '\0') return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* table = relationOf(given, *statement.relation);
  // A partitioned table can't be given a key over an index that is there.
  if (table != nullptr && table->kind != RelationKind::Table) return false;
  const Constraint* added = addedConstraint(given, isPrimary ? Constraint::Kind::PrimaryKey : Constraint::Kind::Unique);
  if (added == nullptr) return false;
  for (const auto* node : tree::nodes(key.n_keys, key.keys)) {
    const std::string name = tree::stringOf(node);
    const Column* column = table == nullptr ? nullptr : table->column(name);
    const bool isSet = !isPrimary || (column != nullptr && column->notNull);
    if (!isSet && !trustsChecks(given)) return false;
    if (!isSet) stepsToNotNull(statement, name, given, draft);
  }
  char* name = draft.trees.text(added->name);
  draft.stepAlone(indexOf(key, *statement.relation, name, draft));
  draft.step({alter(statement, {addConstraint(keyUsing(key, name, draft), draft)}, draft)});
  return true;
}

}  // namespace

const Rewrite addKey{.id = "add-key", .rules = {"add-key-builds-index"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
