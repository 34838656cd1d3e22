#include <algorithm>

#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

void createIndex(const PgQuery__IndexStmt& statement, Simulation& simulation) {
  const Relation* table = simulation.find(*statement.relation);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  const bool concurrently = statement.concurrent != 0;
  const bool only = statement.relation->inh == 0;
  if (concurrently) simulation.notTransactional();
  if (concurrently && table->kind == RelationKind::PartitionedTable)
    return simulation.fail("cannot create index on partitioned table \"" + table->name + "\" concurrently");
  const LockMode mode = concurrently ? LockMode::ShareUpdateExclusive : LockMode::Share;
  simulation.lock(id, mode);
  const bool descends = table->kind == RelationKind::PartitionedTable && !only;
  for (const Relation* child : simulation.schema.descendantsOf(id)) {
    if (descends) simulation.lock(*child, mode);
  }
  if (*statement.idxname != '\0' && simulation.schema.find(table->schema, statement.idxname) != nullptr) {
    if (statement.if_not_exists == 0)
      simulation.fail("relation \"" + std::string(statement.idxname) + "\" already exists");
    return;
  }
  const ObjectId index = makeIndex(id, indexPlan(statement, simulation), statement.idxname, only, simulation);
  simulation.edit(index, [&](Relation& relation) {
    for (const auto* node : tree::nodes(statement.n_options, statement.options))
      relation.options[node->def_elem->defname] = optionText(*node->def_elem);
  });
  if (*statement.table_space != '\0' && std::string_view(statement.table_space) != "pg_default")
    simulation.edit(index, [&](Relation& relation) { relation.tablespace = statement.table_space; });
  if (concurrently) simulation.markConcurrent(index);
}

void reindexIndex(ObjectId index, bool concurrently, Simulation& simulation) {
  const LockMode weak = LockMode::ShareUpdateExclusive;
  const Relation& relation = simulation.at(index);
  simulation.lock(index, concurrently ? weak : LockMode::AccessExclusive);
  simulation.lock(relation.index.table, concurrently ? weak : LockMode::Share);
  simulation.scan(relation.index.table);
  simulation.build(index, concurrently);
  simulation.edit(index, [](Relation& each) { each.index.valid = true; });
}

void reindexTable(ObjectId table, bool concurrently, Simulation& simulation) {
  simulation.lock(table, concurrently ? LockMode::ShareUpdateExclusive : LockMode::Share);
  for (const Relation* index : std::vector<const Relation*>(simulation.schema.indexesOf(table)))
    reindexIndex(index->id, concurrently, simulation);
}

void reindex(const PgQuery__ReindexStmt& statement, Simulation& simulation) {
  const bool concurrently = tree::optionOn(tree::nodes(statement.n_params, statement.params), "concurrently");
  if (concurrently) simulation.notTransactional();
  switch (statement.kind) {
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX: {
      const Relation* index = simulation.find(*statement.relation, false, RelationKind::Index);
      if (index == nullptr) return;
      if (index->kind == RelationKind::PartitionedIndex) simulation.notTransactional();
      for (const ObjectId id : simulation.withDescendants(index->id)) {
        if (simulation.at(id).kind == RelationKind::Index) reindexIndex(id, concurrently, simulation);
      }
      return;
    }
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE: {
      const Relation* table = simulation.find(*statement.relation);
      if (table == nullptr) return;
      if (table->kind == RelationKind::PartitionedTable) {
        simulation.notTransactional();
        for (const ObjectId id : simulation.withDescendants(table->id)) {
          if (simulation.at(id).kind == RelationKind::Table) reindexTable(id, concurrently, simulation);
        }
        return;
      }
      reindexTable(table->id, concurrently, simulation);
      return;
    }
    default: break;
  }
  simulation.notTransactional();
  std::vector<ObjectId> tables;
  simulation.schema.forEach([&](const Relation& relation) {
    const bool wanted =
        statement.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA || relation.schema == statement.name;
    const bool stored = relation.kind == RelationKind::Table || relation.kind == RelationKind::MaterializedView;
    if (wanted && stored) tables.push_back(relation.id);
  });
  for (const ObjectId id : tables) reindexTable(id, concurrently, simulation);
}

}  // namespace

bool playIndex(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT: createIndex(*node.index_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_REINDEX_STMT: reindex(*node.reindex_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
