#include <algorithm>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

/// The index that the statement makes.
const Relation* madeIndex(const Given& given, const Relation& table) {
  for (const Relation* index : given.after.indexesOf(table.id)) {
    if (given.before.find(index->id) == nullptr) return index;
  }
  return nullptr;
}

/// The same index of another table.
PgQuery__Node* indexOn(const PgQuery__Node& tree, PgQuery__RangeVar* table, const Relation& index, Draft& draft) {
  PgQuery__Node* node = draft.trees.shallow(tree);
  node->index_stmt = draft.trees.shallow(*tree.index_stmt);
  node->index_stmt->relation = table;
  node->index_stmt->idxname = draft.trees.text(index.name);
  return node;
}

PgQuery__Node* attachIndex(const Relation& parent, const Relation& child, const Given& given, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("ALTER INDEX a ATTACH PARTITION b");
  node->alter_table_stmt->relation = rangeOf(parent, given.after, draft);
  node->alter_table_stmt->cmds[0]->alter_table_cmd->def->partition_cmd->name = rangeOf(child, given.after, draft);
  return node;
}

/// The index of a partitioned table alone, then those of its partitions beside reads and writes, each attached to it.
void writePartitioned(const Given& given, const Relation& table, const Relation& index, PgQuery__RangeVar* range,
                      Draft& draft) {
  PgQuery__RangeVar* alone = draft.trees.shallow(*range);
  alone->inh = 0;
  draft.step({indexOn(given.tree, alone, index, draft)});
  for (const Relation* partition : given.after.childrenOf(table.id)) {
    const auto indexes = given.after.indexesOf(partition->id);
    const auto found = std::ranges::find_if(indexes, [&](const Relation* each) {
      return std::ranges::find(each->parents, index.id) != each->parents.end();
    });
    if (found == indexes.end()) continue;
    PgQuery__RangeVar* place = rangeOf(*partition, given.after, draft);
    if (given.before.find((*found)->id) == nullptr) {
      if (partition->kind == RelationKind::PartitionedTable) {
        writePartitioned(given, *partition, **found, place, draft);
      } else {
        PgQuery__Node* build = indexOn(given.tree, place, **found, draft);
        build->index_stmt->concurrent = 1;
        draft.stepAlone(build);
      }
    }
    draft.step({attachIndex(index, **found, given, draft)});
  }
}

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT || !buildsUnderLock(given)) return false;
  const PgQuery__IndexStmt& statement = *given.tree.index_stmt;
  const Relation* table = relationAfter(given, *statement.relation);
  const Relation* index = table == nullptr ? nullptr : madeIndex(given, *table);
  if (index == nullptr) return false;
  if (table->kind == RelationKind::PartitionedTable) {
    writePartitioned(given, *table, *index, statement.relation, draft);
    return true;
  }
  PgQuery__Node* build = indexOn(given.tree, statement.relation, *index, draft);
  build->index_stmt->concurrent = 1;
  draft.stepAlone(build);
  return true;
}

}  // namespace

const Rewrite createIndex{.id = "create-index", .rules = {"create-index-blocks-writes"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
