#include <algorithm>

#include "analysis/postgres/effects/alter_table.h"
#include "analysis/postgres/effects/drop.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

void AlterTable::addTableConstraint(const Command& command) {
  if (command.def->node_case != PG_QUERY__NODE__NODE_CONSTRAINT) return;
  const PgQuery__Constraint& constraint = *command.def->constraint;
  const Relation& relation = simulation_.at(table_);
  const bool isCheck = constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK;
  if (isCheck && constraint.is_no_inherit != 0 && relation.kind == RelationKind::PartitionedTable)
    return simulation_.fail("cannot add NO INHERIT constraint to partitioned table \"" + relation.name + "\"");
  if (isCheck && reachesChildren() && constraint.is_no_inherit == 0) recurse([](ObjectId) {});
  addConstraint(table_, constraint, {.column = {}, .mustHold = true, .inherit = reachesChildren()}, simulation_);
}

void AlterTable::dropConstraintFrom(ObjectId table, const std::string& name, bool cascade, bool recursive) {
  const Constraint* found = simulation_.at(table).constraint(name);
  if (found == nullptr) return;
  const bool isCheck = found->kind == Constraint::Kind::Check && !found->noInherit;
  if (isCheck) {
    for (const Relation* child : std::vector<const Relation*>(simulation_.schema.childrenOf(table))) {
      const ObjectId id = child->id;
      simulation_.lock(id, LockMode::AccessExclusive);
      const Constraint* same = simulation_.at(id).constraint(name);
      if (same == nullptr || same->inherited == 0) continue;
      if (recursive && same->inherited == 1 && !same->local) {
        dropConstraintFrom(id, name, cascade, true);
        continue;
      }
      simulation_.edit(id, [&](Relation& relation) {
        Constraint& each = *relation.constraint(name);
        --each.inherited;
        if (!recursive) each.local = true;
      });
    }
  } else {
    // Keys of partitions go with that of the partitioned table.
    for (const ObjectId id : simulation_.withDescendants(table)) {
      if (id == table || simulation_.at(id).isPartition()) simulation_.lock(id, LockMode::AccessExclusive);
    }
  }
  // Whatever has triggers: the table that is spoken of is locked for the asking.
  if (found->kind == Constraint::Kind::ForeignKey) simulation_.lock(found->referenced, LockMode::AccessExclusive);
  Dropping(simulation_, cascade).constraint(table, name);
}

void AlterTable::dropTableConstraint(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  const Constraint* found = relation.constraint(command.name);
  if (found == nullptr) {
    if (command.missing_ok == 0 && relation.known)
      simulation_.fail("constraint \"" + std::string(command.name) + "\" of relation \"" + relation.name +
                       "\" does not exist");
    return;
  }
  if (found->inherited > 0)
    return simulation_.fail("cannot drop inherited constraint \"" + found->name + "\" of relation \"" + relation.name +
                            "\"");
  dropConstraintFrom(table_, command.name, command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE,
                     reachesChildren());
}

void AlterTable::validate(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  const Constraint* found = relation.constraint(command.name);
  if (found == nullptr) {
    if (relation.known) {
      simulation_.fail("constraint \"" + std::string(command.name) + "\" of relation \"" + relation.name +
                       "\" does not exist");
    } else {
      simulation_.scan(table_);
    }
    return;
  }
  if (found->validated) return;
  const Constraint constraint = *found;
  const auto mark = [&](ObjectId id) {
    simulation_.scan(id);
    simulation_.edit(id, [&](Relation& each) {
      if (Constraint* same = each.constraint(command.name)) same->validated = true;
    });
  };
  if (constraint.kind == Constraint::Kind::ForeignKey) {
    simulation_.lock(constraint.referenced, LockMode::RowShare);
    for (const ObjectId id : simulation_.withDescendants(constraint.referenced)) {
      if (id != constraint.referenced && !simulation_.at(id).isPartition()) continue;
      simulation_.lock(id, LockMode::AccessShare);
      simulation_.scan(id);
    }
    mark(table_);
    return;
  }
  if (constraint.noInherit) return mark(table_);
  recurse(mark);
}

void AlterTable::alterConstraint(const Command& command) {
  const PgQuery__Constraint& definition = *command.def->constraint;
  const Relation& relation = simulation_.at(table_);
  const Constraint* found = relation.constraint(definition.conname);
  if (found == nullptr) {
    if (relation.known)
      simulation_.fail("constraint \"" + std::string(definition.conname) + "\" of relation \"" + relation.name +
                       "\" does not exist");
    return;
  }
  const Constraint constraint = *found;
  const auto change = [&](ObjectId id) {
    simulation_.lock(id, LockMode::AccessExclusive);
    simulation_.edit(id, [&](Relation& each) {
      for (Constraint& same : each.constraints) {
        const bool clone = same.kind == constraint.kind && same.referenced == constraint.referenced &&
                           same.columns == constraint.columns;
        if (clone) same.deferrable = definition.deferrable != 0;
      }
    });
  };
  change(table_);
  if (relation.kind != RelationKind::PartitionedTable) return;
  for (const ObjectId id : simulation_.withDescendants(table_)) change(id);
}

}  // namespace hotswap::analysis::postgres
