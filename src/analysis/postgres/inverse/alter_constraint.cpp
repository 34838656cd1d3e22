// Constraints, partitions and heirs.
#include <algorithm>

#include "analysis/postgres/inverse/alter_table.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

bool isOf(Constraint::Kind kind, PgQuery__ConstrType type) {
  switch (kind) {
    case Constraint::Kind::PrimaryKey: return type == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
    case Constraint::Kind::Unique: return type == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE;
    case Constraint::Kind::Exclusion: return type == PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION;
    case Constraint::Kind::ForeignKey: return type == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
    default: return type == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK;
  }
}

}  // namespace

bool AlterTableInverse::invertConstraint(const Command& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint: addConstraint(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint: validate(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint: timing(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition: attach(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize: detach(command); return true;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit: {
      auto* parent = way_.trees.make(pg_query__node__init);
      *parent = *command.def;
      simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit, {}, parent);
      return true;
    }
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit: {
      auto* parent = way_.trees.make(pg_query__node__init);
      *parent = *command.def;
      simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit, {}, parent);
      way_.lose("What was only inherited counts as its own from now on, too.");
      return true;
    }
    default: return false;
  }
}

/// The name that the server has given. Those of one kind come in the order of the actions.
std::string AlterTableInverse::givenName(const Command& command) const {
  std::vector<std::string> fresh;
  for (const Constraint& each : after_->constraints) {
    const bool old = before_ != nullptr && before_->constraint(each.name) != nullptr;
    if (!old && isOf(each.kind, command.def->constraint->contype)) fresh.push_back(each.name);
  }
  std::size_t place = 0;
  for (const auto* each : tree::nodes(statement_.n_cmds, statement_.cmds)) {
    const Command& other = *each->alter_table_cmd;
    if (other.subtype != command.subtype || other.def->constraint->contype != command.def->constraint->contype)
      continue;
    if (&other == &command) break;
    if (*other.def->constraint->conname == '\0') ++place;
    std::erase(fresh, std::string(other.def->constraint->conname));
  }
  return place < fresh.size() ? fresh[place] : std::string();
}

void AlterTableInverse::addConstraint(const Command& command) {
  if (after_ == nullptr) return way_.lose("What it changes is not known.");
  const PgQuery__Constraint& added = *command.def->constraint;
  std::string name = added.conname;
  if (name.empty()) name = givenName(command);
  if (name.empty()) return way_.lose("What the constraint is called is not known.");
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint, name);
  // One of its name was there, and another action has dropped it.
  if (before_ != nullptr && before_->constraint(name) != nullptr)
    return way_.addConstraint(*before_, *before_->constraint(name));
  if (added.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY) {
    // A primary key leaves NOT NULL behind.
    if (before_ == nullptr || !before_->known) return way_.missDefinition("which columns of the key take NULL");
    for (const Relation* table : reached()) {
      const Relation* now = way_.after.find(table->id);
      for (const Column& column : table->columns) {
        const Column* later = now == nullptr ? nullptr : now->column(column.name);
        if (later != nullptr && later->notNull && !column.notNull && table == before_)
          way_.alter(*table, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull, column.name), only());
      }
    }
  }
  usedIndex(command);
}

/// An index that has become a constraint's goes with it.
void AlterTableInverse::usedIndex(const Command& command) {
  const std::string index = command.def->constraint->indexname;
  if (index.empty()) return;
  const Relation* was = before_ == nullptr ? nullptr : way_.before.find(before_->schema, index);
  if (was == nullptr) return way_.missDefinition("the index " + index);
  way_.makeIndex(*was, false);
}

/// When a constraint is checked.
void AlterTableInverse::timing(const Command& command) {
  const PgQuery__Constraint& changed = *command.def->constraint;
  const Relation* table = known("when the constraint was checked");
  const PgQuery__Constraint* old = table == nullptr ? nullptr : way_.definitions.constraint(*table, changed.conname);
  if (old == nullptr) return way_.missDefinition("the constraint " + std::string(changed.conname));
  auto* back = way_.trees.copy(changed);
  back->deferrable = old->deferrable;
  back->initdeferred = old->initdeferred;
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AlterConstraint, {}, way_.trees.node(back));
}

void AlterTableInverse::validate(const Command& command) {
  const Relation* table = known("the constraint " + std::string(command.name));
  if (table == nullptr) return;
  const Constraint* constraint = table->constraint(command.name);
  if (constraint == nullptr) return way_.missDefinition("the constraint " + std::string(command.name));
  if (constraint->validated) return;
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint, command.name);
  way_.addConstraint(*table, *constraint);
}

/// What a table has got by becoming a part of another: dropped, the newest kinds first.
void AlterTableInverse::newParts(const Relation& before, const Relation& after, bool withForeignKeys) {
  for (const Constraint& constraint : after.constraints) {
    if (before.constraint(constraint.name) != nullptr) continue;
    if (constraint.kind == Constraint::Kind::ForeignKey && !withForeignKeys) continue;
    way_.alter(before, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint, constraint.name));
  }
  for (const Relation* index : way_.after.indexesOf(after.id)) {
    const bool ofConstraint = std::ranges::any_of(
        after.constraints, [&](const Constraint& constraint) { return constraint.index == index->id; });
    if (way_.before.find(index->id) == nullptr && !ofConstraint) way_.drop(PG_QUERY__OBJECT_TYPE__OBJECT_INDEX, *index);
  }
  for (const Column& column : before.columns) {
    const Column* now = after.column(column.name);
    if (now != nullptr && now->notNull && !column.notNull)
      way_.alter(before, way_.action(PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull, column.name));
  }
}

void AlterTableInverse::attach(const Command& command) {
  const auto* range = command.def->partition_cmd->name;
  if (before_ != nullptr && before_->isIndex()) {
    way_.lose("An index can't be taken out of the one it has become a part of.");
    return;
  }
  auto* back = way_.trees.make(pg_query__partition_cmd__init);
  const Relation* part = way_.before.lookUp(range->schemaname, range->relname);
  back->name = part == nullptr ? way_.trees.range(range->schemaname, range->relname) : way_.trees.range(*part);
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition, {}, way_.trees.node(back));
  const Relation* now = part == nullptr ? nullptr : way_.after.find(part->id);
  if (part == nullptr || now == nullptr || !part->known || before_ == nullptr || !before_->known)
    return way_.missDefinition("what the partition was");
  newParts(*part, *now, true);
}

void AlterTableInverse::detach(const Command& command) {
  const auto* range = command.def->partition_cmd->name;
  const Relation* part = way_.before.lookUp(range->schemaname, range->relname);
  const PgQuery__PartitionBoundSpec* bound = part == nullptr ? nullptr : way_.definitions.bound(*part);
  if (bound == nullptr) return way_.missDefinition("the bounds of the partition");
  auto* back = way_.trees.make(pg_query__partition_cmd__init);
  back->name = way_.trees.range(*part);
  back->bound = const_cast<PgQuery__PartitionBoundSpec*>(bound);
  simply(PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition, {}, way_.trees.node(back));
  if (const Relation* now = way_.after.find(part->id)) newParts(*part, *now, false);
}

}  // namespace hotswap::analysis::postgres
