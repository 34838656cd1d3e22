#include <algorithm>
#include <set>

#include "analysis/postgres/effects/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

constexpr LockMode strongest = LockMode::AccessExclusive;
constexpr LockMode maintaining = LockMode::ShareUpdateExclusive;

bool isStored(const Relation& relation) {
  return relation.kind == RelationKind::Table || relation.kind == RelationKind::MaterializedView;
}

void vacuumOne(ObjectId id, bool full, Simulation& simulation) {
  simulation.lock(id, full ? strongest : maintaining);
  if (full) simulation.rewrite(id);
}

void analyzeOne(ObjectId id, Simulation& simulation) {
  simulation.lock(id, maintaining);
  const Relation& relation = simulation.at(id);
  for (const Relation* below : simulation.schema.descendantsOf(id))
    simulation.lock(*below, relation.kind == RelationKind::PartitionedTable ? maintaining : LockMode::AccessShare);
}

void vacuum(const PgQuery__VacuumStmt& statement, Simulation& simulation) {
  const auto options = tree::nodes(statement.n_options, statement.options);
  const bool vacuums = statement.is_vacuumcmd != 0;
  const bool full = vacuums && tree::optionOn(options, "full");
  const bool analyzes = !vacuums || tree::optionOn(options, "analyze");
  if (vacuums) simulation.notTransactional();
  std::vector<ObjectId> targets;
  for (const auto* node : tree::nodes(statement.n_rels, statement.rels)) {
    if (const Relation* relation = simulation.find(*node->vacuum_relation->relation)) targets.push_back(relation->id);
  }
  if (statement.n_rels == 0) {
    simulation.schema.forEach([&](const Relation& relation) {
      if (isStored(relation) || relation.kind == RelationKind::PartitionedTable) targets.push_back(relation.id);
    });
  }
  for (const ObjectId id : targets) {
    if (analyzes) analyzeOne(id, simulation);
    if (!vacuums) continue;
    for (const ObjectId each : simulation.at(id).kind == RelationKind::PartitionedTable ? simulation.withDescendants(id)
                                                                                        : std::vector<ObjectId>{id}) {
      if (isStored(simulation.at(each)) || !simulation.at(each).known) vacuumOne(each, full, simulation);
    }
  }
}

void cluster(const PgQuery__ClusterStmt& statement, Simulation& simulation) {
  std::vector<ObjectId> targets;
  if (statement.relation != nullptr) {
    const Relation* table = simulation.find(*statement.relation);
    if (table == nullptr) return;
    targets.push_back(table->id);
    if (table->kind == RelationKind::PartitionedTable) {
      simulation.notTransactional();
      targets = simulation.withDescendants(table->id);
    }
  } else {
    simulation.notTransactional();
    simulation.schema.forEach([&](const Relation& relation) {
      if (relation.index.clustered) targets.push_back(relation.index.table);
    });
  }
  for (const ObjectId id : targets) {
    simulation.lock(id, strongest);
    simulation.rewrite(id);
    if (*statement.indexname == '\0') continue;
    for (const Relation* index : std::vector<const Relation*>(simulation.schema.indexesOf(id))) {
      const bool chosen = index->name == statement.indexname;
      if (index->index.clustered != chosen)
        simulation.edit(index->id, [&](Relation& relation) { relation.index.clustered = chosen; });
    }
  }
}

/// What LOCK TABLE reaches: children, and the relations that a view reads.
void lockWithMembers(ObjectId id, LockMode mode, bool withChildren, std::set<ObjectId>& done, Simulation& simulation) {
  if (!done.insert(id).second) return;
  simulation.lock(id, mode);
  const Relation& relation = simulation.at(id);
  if (relation.kind == RelationKind::View) {
    for (const Source& source : std::vector<Source>(relation.sources))
      lockWithMembers(source.relation, mode, true, done, simulation);
    return;
  }
  if (!withChildren) return;
  for (const ObjectId each : simulation.withDescendants(id)) simulation.lock(each, mode);
}

void lockTables(const PgQuery__LockStmt& statement, Simulation& simulation) {
  // The server numbers its modes from 1, weakest first.
  const auto mode = static_cast<LockMode>(std::clamp(statement.mode - 1, 0, 7));
  std::set<ObjectId> done;
  for (const auto* node : tree::nodes(statement.n_relations, statement.relations)) {
    if (const Relation* relation = simulation.find(*node->range_var))
      lockWithMembers(relation->id, mode, node->range_var->inh != 0, done, simulation);
  }
}

void lockPartitionedAbove(ObjectId id, Simulation& simulation) {
  if (!simulation.at(id).isPartition()) return;
  for (const ObjectId parent : std::vector<ObjectId>(simulation.at(id).parents)) {
    simulation.lock(parent, LockMode::AccessShare);
    lockPartitionedAbove(parent, simulation);
  }
}

void truncate(const PgQuery__TruncateStmt& statement, Simulation& simulation) {
  std::vector<ObjectId> targets;
  const auto add = [&](ObjectId id) {
    if (std::ranges::find(targets, id) == targets.end()) targets.push_back(id);
  };
  for (const auto* node : tree::nodes(statement.n_relations, statement.relations)) {
    const Relation* table = simulation.find(*node->range_var);
    if (table == nullptr) continue;
    if (node->range_var->inh == 0) {
      add(table->id);
    } else {
      for (const ObjectId id : simulation.withDescendants(table->id)) add(id);
    }
  }
  const bool cascade = statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  for (std::size_t next = 0; next < targets.size(); ++next) {
    for (const auto& [owner, key] : simulation.schema.foreignKeysTo(targets[next])) {
      if (std::ranges::find(targets, owner->id) != targets.end()) continue;
      if (!cascade) return simulation.fail("cannot truncate a table referenced in a foreign key constraint");
      for (const ObjectId id : simulation.withDescendants(owner->id)) add(id);
    }
  }
  for (const ObjectId id : targets) {
    simulation.lock(id, strongest);
    // Older servers look at what a partition may hold, although nothing is written to it.
    if (simulation.schema.serverVersion < 140000) lockPartitionedAbove(id, simulation);
    if (!isStored(simulation.at(id))) continue;
    simulation.lose(DataLoss::What::AllRows, id);
    for (const Relation* index : simulation.schema.indexesOf(id)) simulation.lock(*index, strongest);
    if (statement.restart_seqs == 0) continue;
    for (const Relation* sequence : simulation.schema.sequencesOf(id)) simulation.lock(*sequence, strongest);
  }
}

}  // namespace

bool playMaintenance(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_VACUUM_STMT: vacuum(*node.vacuum_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CLUSTER_STMT: cluster(*node.cluster_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_LOCK_STMT: lockTables(*node.lock_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT: truncate(*node.truncate_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
