#include "analysis/postgres/effects/alter_table.h"

#include <algorithm>
#include <array>

#include "analysis/postgres/effects/families.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

/// Options that the server sets under a weak lock (its reloptions.c).
bool isWeakOption(std::string_view name) {
  constexpr std::array weak{
      "fillfactor",        "toast_tuple_target",          "parallel_workers", "vacuum_index_cleanup", "vacuum_truncate",
      "deduplicate_items", "log_autovacuum_min_duration", "n_distinct",       "n_distinct_inherited"};
  return name.starts_with("autovacuum_") || std::ranges::find(weak, name) != weak.end();
}

RelationKind kindFor(PgQuery__ObjectType type) {
  switch (type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX: return RelationKind::Index;
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW: return RelationKind::View;
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW: return RelationKind::MaterializedView;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE: return RelationKind::Sequence;
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: return RelationKind::ForeignTable;
    default: return RelationKind::Table;
  }
}

}  // namespace

LockMode AlterTable::lockForOptions(const Command& command) const {
  if (statement_.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW) return LockMode::AccessExclusive;
  const auto* list = command.def == nullptr ? nullptr : command.def->list;
  if (list == nullptr) return LockMode::AccessExclusive;
  const bool weak = std::ranges::all_of(tree::nodes(list->n_items, list->items), [](const PgQuery__Node* node) {
    return node->node_case == PG_QUERY__NODE__NODE_DEF_ELEM && isWeakOption(node->def_elem->defname);
  });
  return weak ? LockMode::ShareUpdateExclusive : LockMode::AccessExclusive;
}

#define HOTSWAP_ACTION(action) PG_QUERY__ALTER_TABLE_TYPE__AT_##action
LockMode AlterTable::lockFor(const Command& command) const {
  switch (command.subtype) {
    case HOTSWAP_ACTION(SetStatistics):
    case HOTSWAP_ACTION(SetOptions):
    case HOTSWAP_ACTION(ResetOptions):
    case HOTSWAP_ACTION(ClusterOn):
    case HOTSWAP_ACTION(DropCluster):
    case HOTSWAP_ACTION(ValidateConstraint):
    case HOTSWAP_ACTION(AttachPartition):
    case HOTSWAP_ACTION(DetachPartitionFinalize): return LockMode::ShareUpdateExclusive;
    case HOTSWAP_ACTION(DetachPartition):
      return command.def->partition_cmd->concurrent != 0 ? LockMode::ShareUpdateExclusive : LockMode::AccessExclusive;
    case HOTSWAP_ACTION(EnableTrig):
    case HOTSWAP_ACTION(EnableAlwaysTrig):
    case HOTSWAP_ACTION(EnableReplicaTrig):
    case HOTSWAP_ACTION(EnableTrigAll):
    case HOTSWAP_ACTION(EnableTrigUser):
    case HOTSWAP_ACTION(DisableTrig):
    case HOTSWAP_ACTION(DisableTrigAll):
    case HOTSWAP_ACTION(DisableTrigUser): return LockMode::ShareRowExclusive;
    case HOTSWAP_ACTION(AddConstraint):
      return command.def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
                     command.def->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN
                 ? LockMode::ShareRowExclusive
                 : LockMode::AccessExclusive;
    case HOTSWAP_ACTION(SetRelOptions):
    case HOTSWAP_ACTION(ResetRelOptions): return lockForOptions(command);
    default: return LockMode::AccessExclusive;
  }
}

void AlterTable::play() {
  const Relation* relation =
      simulation_.find(*statement_.relation, statement_.missing_ok != 0, kindFor(statement_.objtype));
  if (relation == nullptr) return;
  table_ = relation->id;
  const auto commands = tree::nodes(statement_.n_cmds, statement_.cmds);
  mode_ = LockMode::AccessShare;
  for (const auto* node : commands) mode_ = std::max(mode_, lockFor(*node->alter_table_cmd));
  simulation_.lock(table_, mode_);
  // The server goes through the actions by kind: what drops comes before what changes types, that before what adds.
  const auto passOf = [](const Command& command) {
    switch (command.subtype) {
      case HOTSWAP_ACTION(DropColumn):
      case HOTSWAP_ACTION(DropConstraint):
      case HOTSWAP_ACTION(DropNotNull): return 0;
      case HOTSWAP_ACTION(AlterColumnType): return 1;
      case HOTSWAP_ACTION(AddColumn): return 2;
      default: return 3;
    }
  };
  for (int pass = 0; pass <= 3; ++pass) {
    for (const auto* node : commands) {
      if (passOf(*node->alter_table_cmd) == pass && !simulation_.failed()) play(*node->alter_table_cmd);
    }
  }
}

void AlterTable::recurse(const std::function<void(ObjectId)>& visit) {
  visit(table_);
  if (!reachesChildren()) return;
  for (const ObjectId id : simulation_.withDescendants(table_)) {
    if (id == table_) continue;
    simulation_.lock(id, mode_);
    visit(id);
  }
}

void AlterTable::play(const Command& command) {
  switch (command.subtype) {
    case HOTSWAP_ACTION(AddColumn): addColumn(command); break;
    case HOTSWAP_ACTION(DropColumn): dropColumn(command); break;
    case HOTSWAP_ACTION(ColumnDefault): setDefault(command); break;
    case HOTSWAP_ACTION(SetNotNull): setNull(command, true); break;
    case HOTSWAP_ACTION(DropNotNull): setNull(command, false); break;
    case HOTSWAP_ACTION(AddIdentity):
    case HOTSWAP_ACTION(SetIdentity):
    case HOTSWAP_ACTION(DropIdentity): identity(command); break;
    case HOTSWAP_ACTION(DropExpression): dropExpression(command); break;
    case HOTSWAP_ACTION(SetStorage): setStorage(command); break;
    case HOTSWAP_ACTION(SetStatistics): recurse([](ObjectId) {}); break;
    case HOTSWAP_ACTION(AlterColumnType): changeType(command); break;
    case HOTSWAP_ACTION(AddConstraint): addTableConstraint(command); break;
    case HOTSWAP_ACTION(DropConstraint): dropTableConstraint(command); break;
    case HOTSWAP_ACTION(ValidateConstraint): validate(command); break;
    case HOTSWAP_ACTION(AlterConstraint): alterConstraint(command); break;
    case HOTSWAP_ACTION(SetRelOptions):
    case HOTSWAP_ACTION(ResetRelOptions): setOptions(command); break;
    case HOTSWAP_ACTION(SetLogged): setPersistence('p'); break;
    case HOTSWAP_ACTION(SetUnLogged): setPersistence('u'); break;
    case HOTSWAP_ACTION(SetTableSpace): setTablespace(command); break;
    case HOTSWAP_ACTION(SetAccessMethod): setAccessMethod(command); break;
    case HOTSWAP_ACTION(ClusterOn):
    case HOTSWAP_ACTION(DropCluster): clusterOn(command); break;
    case HOTSWAP_ACTION(ChangeOwner): changeOwner(command); break;
    case HOTSWAP_ACTION(ReplicaIdentity): replicaIdentity(command); break;
    case HOTSWAP_ACTION(EnableRowSecurity):
    case HOTSWAP_ACTION(DisableRowSecurity):
    case HOTSWAP_ACTION(ForceRowSecurity):
    case HOTSWAP_ACTION(NoForceRowSecurity): rowSecurity(command); break;
    case HOTSWAP_ACTION(EnableTrig):
    case HOTSWAP_ACTION(EnableAlwaysTrig):
    case HOTSWAP_ACTION(EnableReplicaTrig):
    case HOTSWAP_ACTION(EnableTrigAll):
    case HOTSWAP_ACTION(EnableTrigUser):
    case HOTSWAP_ACTION(DisableTrig):
    case HOTSWAP_ACTION(DisableTrigAll):
    case HOTSWAP_ACTION(DisableTrigUser): triggers(command); break;
    case HOTSWAP_ACTION(AddOf):
    case HOTSWAP_ACTION(DropOf): typed(command); break;
    case HOTSWAP_ACTION(AttachPartition): attach(command); break;
    case HOTSWAP_ACTION(DetachPartition):
    case HOTSWAP_ACTION(DetachPartitionFinalize): detach(command); break;
    case HOTSWAP_ACTION(AddInherit): inherit(command); break;
    case HOTSWAP_ACTION(DropInherit): stopInheriting(command); break;
    default: break;  // changes nothing that others depend on
  }
}
#undef HOTSWAP_ACTION

bool playAlterTable(const PgQuery__Node& node, Simulation& simulation) {
  if (node.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return false;
  if (node.alter_table_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) return false;
  AlterTable(*node.alter_table_stmt, simulation).play();
  return true;
}

}  // namespace hotswap::analysis::postgres
