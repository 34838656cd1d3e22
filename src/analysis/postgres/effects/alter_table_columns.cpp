#include <algorithm>

#include "analysis/postgres/effects/alter_table.h"
#include "analysis/postgres/effects/drop.h"
#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/table_parts.h"
#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// What the type's values are stored as unless somebody says otherwise.
char storageOf(const TypeUse& type) {
  static const std::set<std::string, std::less<>> extended{"text", "varchar", "bpchar", "bytea",    "json", "jsonb",
                                                           "xml",  "bit",     "varbit", "tsvector", "path", "polygon"};
  static const std::set<std::string, std::less<>> main{"numeric", "inet", "cidr"};
  if (type.array || type.schema != "pg_catalog" || extended.contains(type.name)) return 'x';
  return main.contains(type.name) ? 'm' : 'p';
}

}  // namespace

const Column* AlterTable::columnOf(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  const Column* column = relation.column(command.name);
  if (column == nullptr && relation.known)
    simulation_.fail("column \"" + std::string(command.name) + "\" of relation \"" + relation.name +
                     "\" does not exist");
  return column;
}

void AlterTable::addColumnTo(ObjectId table, const NewColumn& made, bool direct) {
  Column column = made.column;
  if (const Column* same = simulation_.at(table).column(column.name); same != nullptr && !direct) {
    simulation_.edit(table, [&](Relation& relation) { ++relation.column(column.name)->inherited; });
    return;
  }
  column.local = direct;
  column.inherited = direct ? 0 : 1;
  simulation_.edit(table, [&](Relation& relation) { relation.columns.push_back(column); });
  if (made.computed) simulation_.rewrite(table);
  if (column.notNull && !made.hasValue && !made.primaryKey) simulation_.scan(table);
  for (const Relation* child : std::vector<const Relation*>(simulation_.schema.childrenOf(table))) {
    const ObjectId id = child->id;
    simulation_.lock(id, LockMode::AccessExclusive);
    addColumnTo(id, made, false);
  }
}

void AlterTable::addColumn(const Command& command) {
  const PgQuery__ColumnDef& definition = *command.def->column_def;
  const Relation& relation = simulation_.at(table_);
  if (reachesChildren()) {
    for (const ObjectId id : simulation_.withDescendants(table_)) simulation_.lock(id, LockMode::AccessExclusive);
  }
  if (relation.column(definition.colname) != nullptr) {
    if (command.missing_ok == 0)
      simulation_.fail("column \"" + std::string(definition.colname) + "\" of relation \"" + relation.name +
                       "\" already exists");
    return;
  }
  if (relation.isPartition()) return simulation_.fail("cannot add column to a partition");
  if (!relation.typedBy.empty()) return simulation_.fail("cannot add column to typed table");
  if (!reachesChildren() && !simulation_.schema.childrenOf(table_).empty())
    return simulation_.fail("column must be added to child tables too");
  const NewColumn made = newColumn(definition, simulation_);
  addColumnTo(table_, made, true);
  if (made.serial || made.column.identity != ' ')
    makeSequence(table_, made.column.name, made.column.identity != ' ', simulation_);
  for (const PgQuery__Constraint* constraint : made.constraints) {
    // Rows that are there have NULL, which no foreign key minds.
    const bool isKey = constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
    addConstraint(table_, *constraint, {.column = made.column.name, .mustHold = !isKey || made.hasValue}, simulation_);
  }
}

void AlterTable::dropColumnFrom(ObjectId table, const std::string& column, bool cascade, bool recursive, bool direct) {
  Dropping dropping(simulation_, cascade);
  std::vector<ObjectId> children;
  for (const Relation* child : simulation_.schema.childrenOf(table)) children.push_back(child->id);
  if (direct && simulation_.at(table).column(column)->inherited > 0) {
    simulation_.fail("cannot drop inherited column \"" + column + "\"");
    return;
  }
  for (const ObjectId child : children) {
    simulation_.lock(child, LockMode::AccessExclusive);
    const Column* same = simulation_.at(child).column(column);
    if (same == nullptr || same->inherited == 0) continue;
    if (recursive && same->inherited == 1 && !same->local) {
      dropColumnFrom(child, column, cascade, true, false);
      continue;
    }
    simulation_.edit(child, [&](Relation& relation) {
      Column& each = *relation.column(column);
      --each.inherited;
      if (!recursive) each.local = true;
    });
  }
  dropping.column(table, column);
}

void AlterTable::dropColumn(const Command& command) {
  const Relation& relation = simulation_.at(table_);
  if (relation.column(command.name) == nullptr) {
    if (command.missing_ok != 0) return;
    if (relation.known) {
      simulation_.fail("column \"" + std::string(command.name) + "\" of relation \"" + relation.name +
                       "\" does not exist");
    } else {
      simulation_.lose(DataLoss::What::Column, table_, command.name);
    }
    return;
  }
  const bool isKey = std::ranges::find(relation.partitionKey, command.name) != relation.partitionKey.end();
  if (isKey)
    return simulation_.fail("cannot drop column \"" + std::string(command.name) +
                            "\" because it is part of the partition key");
  dropColumnFrom(table_, command.name, command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE, reachesChildren(),
                 true);
}

void AlterTable::setDefault(const Command& command) {
  if (columnOf(command) == nullptr && simulation_.failed()) return;
  const bool sets = command.def != nullptr && !isNull(*command.def);
  ExpressionFacts facts;
  if (sets) facts = factsOf(command.def->base, simulation_);
  recurse([&](ObjectId id) {
    simulation_.edit(id, [&](Relation& relation) {
      Column* column = relation.column(command.name);
      if (column == nullptr) return;
      column->hasDefault = sets;
      column->functions = facts.functions;
      column->sequences = facts.sequences;
    });
  });
}

void AlterTable::setNull(const Command& command, bool notNull) {
  if (columnOf(command) == nullptr && simulation_.failed()) return;
  const bool partitioned = simulation_.at(table_).kind == RelationKind::PartitionedTable;
  if (!notNull && partitioned && !reachesChildren() && !simulation_.schema.childrenOf(table_).empty())
    return simulation_.fail("cannot remove constraint from only the partitioned table when partitions exist");
  recurse([&](ObjectId id) {
    if (notNull) return setNotNull(id, command.name, simulation_);
    simulation_.edit(id, [&](Relation& relation) {
      if (Column* column = relation.column(command.name)) column->notNull = false;
    });
  });
}

void AlterTable::identity(const Command& command) {
  const Column* column = columnOf(command);
  if (column == nullptr) return;
  using Action = PgQuery__AlterTableType;
  if (command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity) {
    const char kind = *command.def->constraint->generated_when;
    simulation_.edit(table_, [&](Relation& relation) { relation.column(command.name)->identity = kind; });
    makeSequence(table_, command.name, true, simulation_);
    return;
  }
  if (column->identity == ' ') {
    if (command.missing_ok == 0)
      simulation_.fail("column \"" + std::string(command.name) + "\" is not an identity column");
    return;
  }
  for (const Relation* sequence : std::vector<const Relation*>(simulation_.schema.sequencesOf(table_))) {
    if (sequence->ownerColumn != command.name || !sequence->identitySequence) continue;
    if (command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity) {
      simulation_.lock(*sequence, LockMode::AccessExclusive);
      simulation_.erase(sequence->id);
    } else {
      simulation_.lock(*sequence, LockMode::ShareRowExclusive);
    }
  }
  simulation_.edit(table_, [&](Relation& relation) {
    char& kind = relation.column(command.name)->identity;
    if (command.subtype == Action::PG_QUERY__ALTER_TABLE_TYPE__AT_DropIdentity) {
      kind = ' ';
    } else if (const auto* generated =
                   tree::option(tree::nodes(command.def->list->n_items, command.def->list->items), "generated")) {
      kind = static_cast<char>(generated->arg->integer->ival);
    }
  });
}

void AlterTable::dropExpression(const Command& command) {
  const Column* column = columnOf(command);
  if (column == nullptr) return;
  if (!column->generated) {
    if (command.missing_ok == 0)
      simulation_.fail("column \"" + std::string(command.name) + "\" is not a stored generated column");
    return;
  }
  recurse([&](ObjectId id) {
    simulation_.edit(id, [&](Relation& relation) {
      Column* each = relation.column(command.name);
      if (each == nullptr) return;
      each->generated = each->hasDefault = false;
      each->computedFrom.clear();
      each->functions.clear();
    });
  });
}

void AlterTable::setStorage(const Command& command) {
  if (columnOf(command) == nullptr && simulation_.failed()) return;
  const std::string word = command.def == nullptr ? std::string() : toLower(tree::stringOf(command.def));
  const char storage = word == "external" ? 'e' : word == "extended" ? 'x' : word == "main" ? 'm' : 'p';
  recurse([&](ObjectId id) {
    simulation_.edit(id, [&](Relation& relation) {
      Column* column = relation.column(command.name);
      if (column != nullptr) column->storage = storage == storageOf(column->type) ? ' ' : storage;
    });
  });
}

}  // namespace hotswap::analysis::postgres
