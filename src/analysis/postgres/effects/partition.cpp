#include "analysis/postgres/effects/partition.h"

#include <algorithm>
#include <iterator>

#include "analysis/postgres/effects/alter_table.h"
#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/implications.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

constexpr LockMode strongest = LockMode::AccessExclusive;

std::string datum(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
    const std::string name = tree::stringOf(node.column_ref->fields[0]);
    if (name == "minvalue" || name == "maxvalue") return name == "minvalue" ? "MINVALUE" : "MAXVALUE";
  }
  return textOf(node);
}

std::string datums(std::size_t count, PgQuery__Node* const* items) {
  std::string text;
  for (const auto* node : tree::nodes(count, items)) text += (text.empty() ? "" : ", ") + datum(*node);
  return "(" + text + ")";
}

/// Whether the server sees from the table's own valid checks that all its rows belong in the partition.
bool allBelong(const Relation& table, const std::string& condition) {
  if (condition.empty()) return false;
  std::vector<std::string> checks;
  std::vector<std::string> notNull;
  for (const Constraint& constraint : table.constraints) {
    if (constraint.kind == Constraint::Kind::Check && constraint.validated) checks.push_back(constraint.condition);
  }
  for (const Column& column : table.columns) {
    if (column.notNull) notNull.push_back(column.name);
  }
  return implies(checks, notNull, condition);
}

/// Conditions of the bounds of the partitioned table and of all that it is itself a partition of.
std::string conditionAbove(const Relation& parent, const Simulation& simulation) {
  if (!parent.isPartition() || parent.parents.empty()) return {};
  const Relation& above = simulation.at(parent.parents.front());
  const std::string own = conditionOf(parent.bound, above.partitionBy, above.partitionKey);
  const std::string further = conditionAbove(above, simulation);
  return further.empty() ? own : own.empty() ? further : own + " AND " + further;
}

void mergeColumns(ObjectId child, int change, Simulation& simulation, const Relation& parent, bool partition) {
  simulation.edit(child, [&](Relation& relation) {
    for (Column& column : relation.columns) {
      if (parent.column(column.name) == nullptr) continue;
      column.inherited += change;
      if (change < 0) column.local = column.local || column.inherited == 0;
      if (change > 0 && partition) column.local = false;
    }
    for (Constraint& constraint : relation.constraints) {
      const Constraint* same = parent.constraint(constraint.name);
      const bool isCheck =
          constraint.kind == Constraint::Kind::Check && same != nullptr && same->kind == constraint.kind;
      if (!isCheck || same->noInherit) continue;
      constraint.inherited += change;
      if (change < 0) constraint.local = constraint.local || constraint.inherited == 0;
      if (change > 0 && partition) constraint.local = false;
    }
  });
}

}  // namespace

std::string boundText(const PgQuery__PartitionBoundSpec& bound) {
  if (bound.is_default != 0) return "DEFAULT";
  if (*bound.strategy == 'h')
    return "FOR VALUES WITH (modulus " + std::to_string(bound.modulus) + ", remainder " +
           std::to_string(bound.remainder) + ")";
  if (*bound.strategy == 'l') return "FOR VALUES IN " + datums(bound.n_listdatums, bound.listdatums);
  return "FOR VALUES FROM " + datums(bound.n_lowerdatums, bound.lowerdatums) + " TO " +
         datums(bound.n_upperdatums, bound.upperdatums);
}

void checkDefaultPartition(ObjectId parent, ObjectId partition, const std::string& bound, Simulation& simulation) {
  const Relation* other = simulation.schema.defaultPartitionOf(parent);
  if (other == nullptr || other->id == partition) return;
  simulation.lock(*other, strongest);
  const Relation& table = simulation.at(parent);
  if (allBelong(*other, negationOf(bound, table.partitionBy, table.partitionKey))) return;
  for (const ObjectId id : simulation.withDescendants(other->id)) {
    simulation.lock(id, strongest);
    simulation.scan(id);
  }
}

void cloneTriggers(ObjectId parent, ObjectId partition, Simulation& simulation) {
  for (Trigger trigger : std::vector<Trigger>(simulation.at(parent).triggers)) {
    if (!trigger.perRow) continue;
    trigger.inherited = true;
    for (const ObjectId id : simulation.withDescendants(partition))
      simulation.edit(id, [&](Relation& relation) { relation.triggers.push_back(trigger); });
  }
}

void AlterTable::attach(const Command& command) {
  const PgQuery__PartitionCmd& partition = *command.def->partition_cmd;
  if (simulation_.at(table_).isIndex()) {
    const Relation* child =
        simulation_.find(partition.name->schemaname, partition.name->relname, false, RelationKind::Index);
    if (child == nullptr) return;
    if (child->known && !child->isIndex()) return simulation_.fail(child->name + " is not an index");
    simulation_.lock(*child, strongest);
    if (child->known) {
      simulation_.lock(child->index.table, LockMode::AccessShare);
      simulation_.lock(simulation_.at(table_).index.table, LockMode::AccessShare);
    }
    const ObjectId id = child->id;
    simulation_.edit(id, [&](Relation& relation) { relation.parents = {table_}; });
    // Valid as soon as every partition has one.
    const auto partitions = simulation_.schema.childrenOf(simulation_.at(table_).index.table);
    if (simulation_.schema.childrenOf(table_).size() == partitions.size())
      simulation_.edit(table_, [](Relation& relation) { relation.index.valid = true; });
    return;
  }
  // ALTER INDEX names no bound.
  if (partition.bound == nullptr) return simulation_.fail(simulation_.at(table_).name + " is not an index");
  const Relation* child = simulation_.find(*partition.name);
  if (child == nullptr) return;
  const ObjectId id = child->id;
  const Relation parent = simulation_.at(table_);
  const std::string bound = boundText(*partition.bound);
  for (const ObjectId each : simulation_.withDescendants(id)) simulation_.lock(each, strongest);
  for (const ObjectId above : parent.isPartition() ? parent.parents : std::vector<ObjectId>{})
    simulation_.lock(above, LockMode::AccessShare);
  mergeColumns(id, 1, simulation_, parent, true);
  simulation_.edit(id, [&](Relation& relation) {
    relation.parents = {table_};
    relation.bound = bound;
  });
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(table_))) {
    simulation_.lock(*index, LockMode::ShareUpdateExclusive);
    cloneIndex(index->id, id, simulation_);
  }
  cloneTriggers(table_, id, simulation_);
  cloneForeignKeys(table_, id, true, simulation_);
  for (const auto& [owner, key] : simulation_.schema.foreignKeysTo(table_)) {
    if (!simulation_.at(owner->id).isPartition()) simulation_.lock(*owner, LockMode::ShareRowExclusive);
  }
  if (bound != "DEFAULT") checkDefaultPartition(table_, id, bound, simulation_);
  std::string condition = conditionOf(bound, parent.partitionBy, parent.partitionKey);
  if (bound == "DEFAULT") {
    // The default partition of a table without others takes all rows.
    if (simulation_.schema.childrenOf(table_).size() == 1) return;
    condition.clear();
  } else if (const std::string above = conditionAbove(parent, simulation_); !above.empty() && !condition.empty()) {
    condition += " AND " + above;
  }
  if (allBelong(simulation_.at(id), condition)) return;
  for (const ObjectId each : simulation_.withDescendants(id)) simulation_.scan(each);
}

void AlterTable::detach(const Command& command) {
  const PgQuery__PartitionCmd& partition = *command.def->partition_cmd;
  const Relation* child = simulation_.find(*partition.name);
  if (child == nullptr) return;
  const ObjectId id = child->id;
  const Relation parent = simulation_.at(table_);
  const bool concurrently = partition.concurrent != 0;
  const bool finalize = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize;
  if (concurrently) simulation_.notTransactional();
  const Relation* other = simulation_.schema.defaultPartitionOf(table_);
  if (other != nullptr && concurrently)
    return simulation_.fail("cannot detach partitions concurrently when a default partition exists");
  if (other != nullptr && !finalize) simulation_.lock(*other, strongest);
  const bool weakly = simulation_.schema.serverVersion < 140000 && simulation_.schema.foreignKeysTo(table_).empty();
  for (const ObjectId each : simulation_.withDescendants(id)) {
    simulation_.lock(each, weakly && each == id ? LockMode::ShareUpdateExclusive : strongest);
  }
  for (const Constraint& key : parent.constraints) {
    if (key.kind != Constraint::Kind::ForeignKey) continue;
    for (const ObjectId each : simulation_.withDescendants(key.referenced))
      simulation_.lock(each, LockMode::ShareRowExclusive);
  }
  for (const auto& [owner, key] : simulation_.schema.foreignKeysTo(table_)) {
    simulation_.lock(*owner, strongest);
    simulation_.scan(owner->id);
  }
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(id))) {
    if (index->parents.empty()) continue;
    simulation_.lock(*index, strongest);
    simulation_.edit(index->id, [](Relation& relation) { relation.parents.clear(); });
  }
  mergeColumns(id, -1, simulation_, parent, true);
  const std::string condition = conditionOf(simulation_.at(id).bound, parent.partitionBy, parent.partitionKey);
  simulation_.edit(id, [&](Relation& relation) {
    relation.parents.clear();
    relation.bound.clear();
    relation.detaching = false;
    std::erase_if(relation.triggers, [](const Trigger& trigger) { return trigger.inherited; });
    for (Constraint& constraint : relation.constraints) {
      if (constraint.kind == Constraint::Kind::Check || constraint.inherited == 0) continue;
      constraint.inherited = 0;
      constraint.local = true;
    }
  });
  if (!concurrently || condition.empty()) return;
  // What the bound said is kept as a check, so that the table can come back without being read.
  simulation_.edit(id, [&](Relation& relation) {
    Constraint check;
    check.name = relation.name + "_" + parent.partitionKey.front() + "_check";
    check.columns = parent.partitionKey;
    check.condition = condition;
    relation.constraints.push_back(std::move(check));
  });
}

void AlterTable::inherit(const Command& command) {
  const Relation* parent = simulation_.find(*command.def->range_var);
  if (parent == nullptr) return;
  const Relation copy = *parent;
  simulation_.lock(copy.id, LockMode::ShareUpdateExclusive);
  mergeColumns(table_, 1, simulation_, copy, false);
  simulation_.edit(table_, [&](Relation& relation) { relation.parents.push_back(copy.id); });
}

void AlterTable::stopInheriting(const Command& command) {
  const Relation* parent = simulation_.find(*command.def->range_var);
  if (parent == nullptr) return;
  const Relation copy = *parent;
  simulation_.lock(copy.id, LockMode::AccessShare);
  mergeColumns(table_, -1, simulation_, copy, false);
  simulation_.edit(table_, [&](Relation& relation) { std::erase(relation.parents, copy.id); });
}

}  // namespace hotswap::analysis::postgres
