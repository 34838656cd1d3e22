#include <algorithm>

#include "analysis/postgres/effects/alter_table.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

using Action = PgQuery__AlterTableType;

}  // namespace

void AlterTable::setOptions(const Command& command) {
  const auto* list = command.def == nullptr ? nullptr : command.def->list;
  if (list == nullptr) return;
  simulation_.edit(table_, [&](Relation& relation) {
    for (const auto* node : tree::nodes(list->n_items, list->items)) {
      const PgQuery__DefElem& option = *node->def_elem;
      if (*option.defnamespace != '\0') continue;
      if (command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions) {
        relation.options[option.defname] = optionText(option);
      } else {
        relation.options.erase(option.defname);
      }
    }
  });
}

void AlterTable::setPersistence(char persistence) {
  const Relation& relation = simulation_.at(table_);
  if (relation.known && relation.persistence == persistence) return;
  if (persistence == 'u' && !relation.publications.empty())
    return simulation_.fail("cannot change table \"" + relation.name +
                            "\" to unlogged because it is part of a publication");
  if (relation.persistence == 't') return simulation_.fail("cannot change logged status of a temporary table");
  // From PostgreSQL 15 on the sequences follow.
  if (simulation_.schema.serverVersion >= 150000) {
    for (const Relation* sequence : std::vector<const Relation*>(simulation_.schema.sequencesOf(table_))) {
      simulation_.lock(*sequence, LockMode::AccessExclusive);
      simulation_.edit(sequence->id, [&](Relation& each) { each.persistence = persistence; });
    }
  }
  simulation_.rewrite(table_);
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(table_)))
    simulation_.edit(index->id, [&](Relation& each) { each.persistence = persistence; });
  simulation_.edit(table_, [&](Relation& each) { each.persistence = persistence; });
}

void AlterTable::setTablespace(const Command& command) {
  const std::string name = std::string(command.name) == "pg_default" ? "" : command.name;
  if (simulation_.at(table_).tablespace == name && simulation_.at(table_).known) return;
  if (name.empty() && simulation_.at(table_).tablespace.empty() && simulation_.at(table_).known) return;
  // Indexes have tablespaces of their own, and stay.
  const Relation& relation = simulation_.at(table_);
  if (relation.isIndex()) {
    simulation_.build(table_);
  } else {
    simulation_.copyFile(table_);
  }
  simulation_.edit(table_, [&](Relation& each) { each.tablespace = name; });
}

void AlterTable::setAccessMethod(const Command& command) {
  if (simulation_.at(table_).accessMethod == command.name) return;
  simulation_.rewrite(table_);
  simulation_.edit(table_, [&](Relation& relation) { relation.accessMethod = command.name; });
}

void AlterTable::clusterOn(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  if (relation.kind == RelationKind::PartitionedTable)
    return simulation_.fail("cannot mark index clustered in partitioned table");
  const bool sets = command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn;
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(table_))) {
    const bool chosen = sets && index->name == command.name;
    if (chosen) simulation_.lock(*index, mode_);
    if (index->index.clustered != chosen)
      simulation_.edit(index->id, [&](Relation& each) { each.index.clustered = chosen; });
  }
}

std::string AlterTable::roleOf(const PgQuery__RoleSpec& role) const {
  switch (role.roletype) {
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING: return role.rolename;
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_USER:
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_ROLE:
    case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_SESSION_USER: return simulation_.schema.user;
    default: return {};
  }
}

void AlterTable::changeOwner(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  const std::string owner = roleOf(*command.newowner);
  if (!owner.empty() && owner == relation.owner) return;
  for (const Relation* index : simulation_.schema.indexesOf(table_))
    simulation_.lock(*index, LockMode::AccessExclusive);
  for (const Relation* sequence : simulation_.schema.sequencesOf(table_))
    simulation_.lock(*sequence, LockMode::AccessExclusive);
  simulation_.edit(table_, [&](Relation& each) { each.owner = owner; });
}

void AlterTable::replicaIdentity(const Command& command) {
  const PgQuery__ReplicaIdentityStmt& identity = *command.def->replica_identity_stmt;
  const char kind = *identity.identity_type;
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(table_))) {
    const bool chosen = kind == 'i' && index->name == identity.name;
    if (chosen) simulation_.lock(*index, LockMode::Share);
    if (index->index.replicaIdentity != chosen)
      simulation_.edit(index->id, [&](Relation& each) { each.index.replicaIdentity = chosen; });
  }
  simulation_.edit(table_, [&](Relation& relation) { relation.replicaIdentity = kind; });
}

void AlterTable::rowSecurity(const Command& command) {
  simulation_.edit(table_, [&](Relation& relation) {
    switch (command.subtype) {
      case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity: relation.rowSecurity = true; break;
      case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity: relation.rowSecurity = false; break;
      case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity: relation.forceRowSecurity = true; break;
      default: relation.forceRowSecurity = false; break;
    }
  });
}

void AlterTable::triggers(const Command& command) {
  char enabled = 'O';
  bool all = false;
  bool internal = false;
  switch (command.subtype) {
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig: enabled = 'A'; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig: enabled = 'R'; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig: enabled = 'D'; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll: all = internal = true; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser: all = true; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll: all = internal = true, enabled = 'D'; break;
    case Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser: all = true, enabled = 'D'; break;
    default: break;
  }
  const Relation& relation = simulation_.at(table_);
  const bool hasKeys = std::ranges::any_of(relation.constraints, [](const Constraint& constraint) {
    return constraint.kind == Constraint::Kind::ForeignKey;
  });
  const bool keysHaveTriggers = hasKeys && simulation_.schema.serverVersion >= firstWithTriggersOfPartitionedKeys;
  const bool cloned = all ? (internal && keysHaveTriggers) || std::ranges::any_of(relation.triggers, &Trigger::perRow)
                          : std::ranges::any_of(relation.triggers, [&](const Trigger& each) {
                              return each.name == command.name && each.perRow;
                            });
  const auto change = [&](ObjectId id) {
    simulation_.edit(id, [&](Relation& each) {
      for (Trigger& trigger : each.triggers) {
        if (all || trigger.name == command.name) trigger.enabled = enabled;
      }
    });
  };
  change(table_);
  if (!cloned || !reachesChildren() || relation.kind != RelationKind::PartitionedTable) return;
  for (const ObjectId id : simulation_.withDescendants(table_)) {
    simulation_.lock(id, LockMode::ShareRowExclusive);
    change(id);
  }
}

void AlterTable::typed(const Command& command) {
  std::string type;
  if (command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_AddOf) {
    const auto* name = command.def->type_name;
    const auto qualified = tree::qualified(tree::stringsOf(tree::nodes(name->n_names, name->names)));
    if (const auto* found = simulation_.schema.type(qualified.schema, qualified.name))
      type = found->schema + "." + found->name;
  }
  simulation_.edit(table_, [&](Relation& relation) { relation.typedBy = type; });
}

}  // namespace hotswap::analysis::postgres
