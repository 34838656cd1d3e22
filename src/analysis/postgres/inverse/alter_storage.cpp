#include <algorithm>

#include "analysis/postgres/inverse/alter_table.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

PgQuery__AlterTableType triggerState(char enabled) {
  switch (enabled) {
    case 'D': return PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig;
    case 'R': return PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig;
    case 'A': return PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig;
    default: return PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig;
  }
}

}  // namespace

bool AlterTableInverse::invertStorage(const Command& command) {
  const auto restore = [&](const std::string& what, auto&& back) {
    if (known(what) != nullptr) back(*before_);
    return true;
  };
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions: options(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
      return restore("whether it is logged", [&](const Relation& table) {
        const bool logs = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged;
        if ((table.persistence == 'p') != logs)
          simply(logs ? PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged : PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged);
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
      return restore("its tablespace", [&](const Relation& table) {
        simply(command.subtype, table.tablespace.empty() ? "pg_default" : table.tablespace);
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
      return restore("its access method", [&](const Relation& table) { simply(command.subtype, table.accessMethod); });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster: return restore("its order", [&](const Relation&) { clusterOn(); });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner:
      return restore("its owner", [&](const Relation& table) {
        if (table.owner.empty()) return way_.missDefinition("its owner");
        auto* back = way_.action(command.subtype);
        back->newowner = way_.trees.role(table.owner);
        way_.alter(table, back, only());
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity:
      return restore("its replica identity", [&](const Relation&) { replicaIdentity(); });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
      return restore("its row security", [&](const Relation& table) {
        simply(table.rowSecurity ? PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity
                                 : PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity);
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity:
      return restore("its row security", [&](const Relation& table) {
        simply(table.forceRowSecurity ? PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity
                                      : PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity);
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
      return restore("its triggers", [&](const Relation&) { triggers(command); });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRule:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysRule:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaRule:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule: rule(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddOf: simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropOf); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropOf:
      return restore("its type", [&](const Relation& table) {
        if (table.typedBy.empty()) return;
        const std::size_t dot = table.typedBy.find('.');
        const TypeUse use{.schema = table.typedBy.substr(0, dot), .name = table.typedBy.substr(dot + 1)};
        simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AddOf, {}, way_.trees.node(way_.trees.type(use)));
      });
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropOids: return true;
    default: return false;
  }
}

void AlterTableInverse::options(const Command& command) {
  const Relation* table = known("its options");
  if (table == nullptr) return;
  std::vector<PgQuery__Node*> set;
  std::vector<PgQuery__Node*> reset;
  for (auto* each : tree::nodes(command.def->list->n_items, command.def->list->items)) {
    const auto* option = each->def_elem;
    if (*option->defnamespace != '\0') return way_.missDefinition("the options of its TOAST table");
    const auto old = table->options.find(option->defname);
    if (old != table->options.end()) {
      set.push_back(way_.trees.node(way_.trees.option(option->defname, way_.trees.string(old->second))));
    } else {
      reset.push_back(way_.trees.node(way_.trees.option(option->defname, nullptr)));
    }
  }
  const auto say = [&](Action action, const std::vector<PgQuery__Node*>& items) {
    if (items.empty()) return;
    auto* list = way_.trees.make(pg_query__list__init);
    list->n_items = items.size();
    list->items = way_.trees.list(items);
    simply(action, {}, way_.trees.node(list));
  };
  say(PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions, set);
  if (command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions)
    say(PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions, reset);
}

void AlterTableInverse::clusterOn() {
  for (const Relation* index : way_.before.indexesOf(before_->id)) {
    if (index->index.clustered) return simply(PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn, index->name);
  }
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster);
}

void AlterTableInverse::replicaIdentity() {
  auto* identity = way_.trees.make(pg_query__replica_identity_stmt__init);
  identity->identity_type = way_.trees.text(std::string(1, before_->replicaIdentity));
  for (const Relation* index : way_.before.indexesOf(before_->id)) {
    if (index->index.replicaIdentity) identity->name = way_.trees.text(index->name);
  }
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity, {}, way_.trees.node(identity));
}

void AlterTableInverse::triggers(const Command& command) {
  const bool all = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll ||
                   command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll;
  const bool foreignKeys = std::ranges::any_of(reached(), [&](const Relation* table) {
    return !way_.before.foreignKeysTo(table->id).empty() ||
           std::ranges::any_of(table->constraints, [](const Constraint& each) {
             return each.kind == Constraint::Kind::ForeignKey || each.deferrable;
           });
  });
  if (all && foreignKeys) way_.lose("How the triggers behind its foreign keys were switched is not known.");
  for (const Relation* table : reached()) {
    const Relation* now = way_.after.find(table->id);
    for (const Trigger& trigger : table->triggers) {
      if (now == nullptr) continue;
      const auto same = std::ranges::find(now->triggers, trigger.name, &Trigger::name);
      if (same == now->triggers.end() || same->enabled == trigger.enabled) continue;
      way_.alter(*table, way_.action(triggerState(trigger.enabled), trigger.name), true);
    }
  }
}

void AlterTableInverse::rule(const Command& command) {
  const Relation* table = known("the rule " + std::string(command.name));
  if (table == nullptr) return;
  if (!way_.definitions.knows(subjectOf(*table)))
    return way_.missDefinition("the state of the rule " + std::string(command.name));
  Action state = PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRule;
  way_.definitions.about(subjectOf(*table), [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
    for (const auto* other : tree::nodes(one.tree->alter_table_stmt->n_cmds, one.tree->alter_table_stmt->cmds)) {
      const auto* done = other->alter_table_cmd;
      const bool rules = done->subtype >= PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRule &&
                         done->subtype <= PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule;
      if (rules && std::string_view(done->name) == command.name) state = done->subtype;
    }
  });
  simply(state, command.name);
}

}  // namespace hotswap::analysis::postgres
