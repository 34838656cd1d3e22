#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

/// A table that nobody knows is copied, perhaps with its key.
bool copiesUnknown(const Look& look) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT) return false;
  const PgQuery__CreateStmt& create = *look.tree.create_stmt;
  return std::ranges::any_of(tree::nodes(create.n_table_elts, create.table_elts), [&](const PgQuery__Node* node) {
    if (node->node_case != PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE) return false;
    const PgQuery__RangeVar& range = *node->table_like_clause->relation;
    const Relation* source = look.before.lookUp(range.schemaname, range.relname);
    return source == nullptr || !source->known;
  });
}

void check(const Look& look, Remarks& remarks) {
  const PgQuery__RangeVar* range = nullptr;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
    range = look.tree.create_stmt->relation;
  } else if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT &&
             look.tree.create_table_as_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
    range = look.tree.create_table_as_stmt->into->rel;
  }
  if (range == nullptr || *range->relpersistence != 'p' || !look.effects.failure.empty()) return;
  const Relation* table = look.after.lookUp(range->schemaname, range->relname);
  const bool isNew = table != nullptr && look.before.find(table->id) == nullptr;
  if (!isNew || !table->parents.empty() || copiesUnknown(look)) return;
  remarks.addIfItStays(
      [id = table->id](const KnownSchema& end) {
        const Relation* left = end.find(id);
        return left != nullptr && left->primaryKey() == nullptr && left->parents.empty();
      },
      fmt::format("Rows of {} can't be told apart: once the table is replicated logically, UPDATE and DELETE fail, and "
                  "nothing can go through it in batches.",
                  nameOf(*table).text()),
      "Give it a primary key; where there is no natural one, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY.");
}

}  // namespace

const Rule noPrimaryKey{.info = {"no-primary-key", Severity::Warning, "a table has no primary key"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
