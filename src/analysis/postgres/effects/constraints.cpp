#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/table_parts.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;
using Kind = Constraint::Kind;

std::vector<std::string> columnsOf(std::size_t count, PgQuery__Node** nodes, const std::string& own) {
  std::vector<std::string> columns = tree::stringsOf(tree::nodes(count, nodes));
  if (columns.empty() && !own.empty()) columns.push_back(own);
  return columns;
}

char actionOf(const char* action) { return *action == '\0' ? 'a' : *action; }

void addCheckTo(ObjectId table, const Constraint& check, bool mustHold, bool inherit, Simulation& simulation) {
  if (mustHold && check.validated) simulation.scan(table);
  const Constraint* same = simulation.at(table).constraint(check.name);
  simulation.edit(table, [&](Relation& relation) {
    if (same != nullptr) {
      Constraint& existing = *relation.constraint(check.name);
      if (check.local) {
        existing.local = true;
      } else {
        ++existing.inherited;
      }
    } else {
      relation.constraints.push_back(check);
    }
  });
  if (!inherit || check.noInherit) return;
  for (const Relation* child : std::vector<const Relation*>(simulation.schema.childrenOf(table))) {
    const ObjectId id = child->id;
    Constraint copy = check;
    copy.local = false;
    copy.inherited = 1;
    simulation.lock(id, LockMode::AccessExclusive);
    addCheckTo(id, copy, mustHold, inherit, simulation);
  }
}

void addCheck(ObjectId table, const PgQuery__Constraint& definition, const ConstraintContext& context,
              Simulation& simulation) {
  ExpressionFacts facts = factsOf(definition.raw_expr->base, simulation);
  Constraint check;
  check.kind = Kind::Check;
  const Relation& relation = simulation.at(table);
  std::ranges::copy_if(facts.columns, std::back_inserter(check.columns), [&](const std::string& column) {
    return !relation.known || relation.column(column) != nullptr;
  });
  check.functions = std::move(facts.functions);
  check.condition = textOf(*definition.raw_expr);
  check.validated = definition.skip_validation == 0 || simulation.made(table);
  check.noInherit = definition.is_no_inherit != 0;
  check.name = definition.conname;
  if (check.name.empty()) {
    const std::string column = check.columns.size() == 1 ? check.columns.front() : std::string();
    check.name = freeConstraintName(relation, column, "check");
  } else if (const Constraint* taken = relation.constraint(check.name); taken != nullptr && taken->local) {
    simulation.fail("constraint \"" + check.name + "\" for relation \"" + relation.name + "\" already exists");
    return;
  }
  addCheckTo(table, check, context.mustHold, context.inherit, simulation);
}

/// The key that a foreign key leads to: the primary key, or the one over these columns.
const Relation* keyIndex(const Simulation& simulation, ObjectId referenced, const std::vector<std::string>& columns) {
  for (const Relation* index : simulation.schema.indexesOf(referenced)) {
    if (!index->index.unique || index->index.partial || index->index.expressions) continue;
    if (columns.empty() ? index->index.primary : std::ranges::is_permutation(index->index.keys, columns)) return index;
  }
  return nullptr;
}

std::vector<ObjectId> leavesOf(ObjectId table, const Simulation& simulation) {
  std::vector<ObjectId> leaves;
  for (const ObjectId id : simulation.withDescendants(table)) {
    if (simulation.at(id).kind == RelationKind::Table) leaves.push_back(id);
  }
  return leaves;
}

bool isPartitioned(ObjectId id, const Simulation& simulation) {
  return simulation.at(id).kind == RelationKind::PartitionedTable;
}

void addForeignKeyTo(ObjectId table, Constraint key, bool check, Simulation& simulation) {
  const Relation& relation = simulation.at(table);
  if (key.name.empty() || relation.constraint(key.name) != nullptr)
    key.name = freeConstraintName(relation, joinedColumns(key.columns), "fkey");
  simulation.lock(table, LockMode::ShareRowExclusive);
  for (const ObjectId id : simulation.withDescendants(key.referenced))
    if (id == key.referenced || isPartitioned(key.referenced, simulation))
      simulation.lock(id, LockMode::ShareRowExclusive);
  if (check && relation.kind == RelationKind::Table && !simulation.made(table)) {
    simulation.scan(table);
    if (isPartitioned(key.referenced, simulation)) {
      for (const ObjectId leaf : leavesOf(key.referenced, simulation)) simulation.scan(leaf);
    } else {
      simulation.scan(key.referenced);
    }
  }
  simulation.edit(table, [&](Relation& each) { each.constraints.push_back(key); });
  if (!isPartitioned(table, simulation)) return;
  for (const Relation* child : std::vector<const Relation*>(simulation.schema.childrenOf(table))) {
    Constraint copy = key;
    copy.local = false;
    copy.inherited = 1;
    addForeignKeyTo(child->id, std::move(copy), check, simulation);
  }
}

void addForeignKey(ObjectId table, const PgQuery__Constraint& definition, const ConstraintContext& context,
                   Simulation& simulation) {
  Constraint key;
  key.kind = Kind::ForeignKey;
  key.name = definition.conname;
  key.columns = columnsOf(definition.n_fk_attrs, definition.fk_attrs, context.column);
  const Relation* referenced = simulation.find(*definition.pktable);
  if (referenced == nullptr) return;
  key.referenced = referenced->id;
  key.referencedColumns = columnsOf(definition.n_pk_attrs, definition.pk_attrs, "");
  const Relation* index = keyIndex(simulation, key.referenced, key.referencedColumns);
  if (index == nullptr && referenced->known) {
    simulation.fail(key.referencedColumns.empty()
                        ? "there is no primary key for referenced table \"" + referenced->name + "\""
                        : "there is no unique constraint matching given keys for referenced table \"" +
                              referenced->name + "\"");
    return;
  }
  if (index != nullptr) {
    key.index = index->id;
    if (key.referencedColumns.empty()) key.referencedColumns = index->index.keys;
  }
  key.validated = definition.skip_validation == 0 || simulation.made(table);
  key.deferrable = definition.deferrable != 0;
  key.onDelete = actionOf(definition.fk_del_action);
  key.onUpdate = actionOf(definition.fk_upd_action);
  if (key.name.empty()) key.name = freeConstraintName(simulation.at(table), joinedColumns(key.columns), "fkey");
  addForeignKeyTo(table, key, context.mustHold && key.validated, simulation);
}

/// The index of a constraint becomes that of an existing one.
void useIndex(ObjectId table, const PgQuery__Constraint& definition, Kind kind, Simulation& simulation) {
  const Relation* index =
      simulation.find(simulation.at(table).schema, definition.indexname, false, RelationKind::Index);
  if (index == nullptr) return;
  const ObjectId id = index->id;
  Constraint constraint;
  constraint.kind = kind;
  constraint.index = id;
  constraint.columns = index->index.keys;
  constraint.deferrable = definition.deferrable != 0;
  constraint.name = *definition.conname == '\0' ? index->name : definition.conname;
  if (constraint.name != index->name) simulation.lock(id, LockMode::ShareUpdateExclusive);
  if (kind == Kind::PrimaryKey) {
    for (const std::string& column : constraint.columns) setNotNull(table, column, simulation);
  }
  simulation.edit(id, [&](Relation& relation) {
    relation.name = constraint.name;
    relation.index.primary = kind == Kind::PrimaryKey;
  });
  simulation.edit(table, [&](Relation& relation) { relation.constraints.push_back(constraint); });
}

/// What CREATE INDEX would say of a PRIMARY KEY, UNIQUE or EXCLUDE constraint.
IndexPlan planOf(ObjectId table, const PgQuery__Constraint& definition, const std::string& column, Kind kind,
                 Simulation& simulation) {
  if (kind == Kind::Exclusion) {
    // Each element is a list of the index column and its operator.
    std::vector<PgQuery__Node*> elements;
    for (const auto* pair : tree::nodes(definition.n_exclusions, definition.exclusions))
      elements.push_back(pair->list->items[0]);
    PgQuery__IndexStmt statement = PG_QUERY__INDEX_STMT__INIT;
    statement.n_index_params = elements.size();
    statement.index_params = elements.data();
    statement.access_method = definition.access_method;
    statement.where_clause = definition.where_clause;
    statement.n_index_including_params = definition.n_including;
    statement.index_including_params = definition.including;
    static char btree[] = "btree";
    if (*definition.access_method == '\0') statement.access_method = btree;
    return indexPlan(statement, simulation);
  }
  IndexPlan plan;
  plan.shape.unique = true;
  plan.shape.primary = kind == Kind::PrimaryKey;
  plan.shape.keys = columnsOf(definition.n_keys, definition.keys, column);
  plan.shape.included = tree::stringsOf(tree::nodes(definition.n_including, definition.including));
  plan.nameParts = plan.shape.keys;
  plan.nameParts.insert(plan.nameParts.end(), plan.shape.included.begin(), plan.shape.included.end());
  plan.shape.table = table;
  return plan;
}

void addKey(ObjectId table, const PgQuery__Constraint& definition, const ConstraintContext& context, Kind kind,
            Simulation& simulation) {
  if (*definition.indexname != '\0') return useIndex(table, definition, kind, simulation);
  const IndexPlan plan = planOf(table, definition, context.column, kind, simulation);
  if (kind == Kind::PrimaryKey) {
    if (simulation.at(table).primaryKey() != nullptr) {
      simulation.fail("multiple primary keys for table \"" + simulation.at(table).name + "\" are not allowed");
      return;
    }
    for (const ObjectId id : simulation.withDescendants(table)) {
      if (id != table && !simulation.at(id).isPartition()) continue;
      for (const std::string& column : plan.shape.keys) setNotNull(id, column, simulation);
    }
  }
  for (const Relation* child : simulation.schema.descendantsOf(table)) {
    if (child->isPartition()) simulation.lock(*child, LockMode::Share);
  }
  const Relation& relation = simulation.at(table);
  std::string name = definition.conname;
  if (name.empty()) {
    name = kind == Kind::PrimaryKey
               ? freeRelationName(simulation.schema, relation.schema, relation.name, "", "pkey")
               : freeRelationName(simulation.schema, relation.schema, relation.name, joinedColumns(plan.nameParts),
                                  kind == Kind::Unique ? "key" : "excl");
  }
  Constraint constraint;
  constraint.kind = kind;
  constraint.name = name;
  constraint.columns = plan.shape.keys;
  constraint.deferrable = definition.deferrable != 0;
  // Told to the index first, so that indexes of partitions become constraints with it.
  simulation.edit(table, [&](Relation& each) { each.constraints.push_back(constraint); });
  const ObjectId index = makeIndex(table, plan, name, false, simulation);
  static_cast<void>(index);
}

}  // namespace

void addConstraint(ObjectId table, const PgQuery__Constraint& constraint, const ConstraintContext& context,
                   Simulation& simulation) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK: addCheck(table, constraint, context, simulation); break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN: addForeignKey(table, constraint, context, simulation); break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY: addKey(table, constraint, context, Kind::PrimaryKey, simulation); break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE: addKey(table, constraint, context, Kind::Unique, simulation); break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
      addKey(table, constraint, context, Kind::Exclusion, simulation);
      break;
    default: break;
  }
}

std::vector<ObjectId> keyTriggersOf(ObjectId referenced, const Simulation& simulation) {
  std::vector<ObjectId> tables = simulation.withDescendants(referenced);
  if (simulation.schema.serverVersion < firstWithTriggersOfPartitionedKeys) {
    std::erase_if(tables, [&](ObjectId id) { return simulation.at(id).kind == RelationKind::PartitionedTable; });
  }
  return tables;
}

void cloneForeignKeys(ObjectId parent, ObjectId partition, bool mustHold, Simulation& simulation) {
  for (const Constraint& key : std::vector<Constraint>(simulation.at(parent).constraints)) {
    if (key.kind != Kind::ForeignKey) continue;
    const Relation& child = simulation.at(partition);
    const auto same = std::ranges::find_if(child.constraints, [&](const Constraint& each) {
      return each.kind == Kind::ForeignKey && each.inherited == 0 && each.referenced == key.referenced &&
             each.columns == key.columns && each.referencedColumns == key.referencedColumns && each.validated;
    });
    if (same != child.constraints.end()) {
      // The partition's own key is taken over; its triggers on the other table go.
      for (const ObjectId id : simulation.withDescendants(key.referenced))
        simulation.lock(id, LockMode::AccessExclusive);
      const std::string name = same->name;
      simulation.edit(partition, [&](Relation& relation) {
        relation.constraint(name)->inherited = 1;
        relation.constraint(name)->local = false;
      });
      continue;
    }
    Constraint copy = key;
    copy.local = false;
    copy.inherited = 1;
    addForeignKeyTo(partition, std::move(copy), mustHold && key.validated, simulation);
  }
}

}  // namespace hotswap::analysis::postgres
