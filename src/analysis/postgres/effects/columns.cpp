#include <algorithm>
#include <utility>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/implications.h"
#include "analysis/postgres/effects/names.h"
#include "analysis/postgres/effects/table_parts.h"
#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace {

namespace tree = db::postgres;

void apply(const PgQuery__Constraint& constraint, NewColumn& made, Simulation& simulation) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL: made.column.notNull = true; break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT: {
      if (constraint.raw_expr == nullptr || isNull(*constraint.raw_expr)) break;
      ExpressionFacts facts = factsOf(constraint.raw_expr->base, simulation);
      made.column.hasDefault = true;
      made.hasValue = true;
      made.column.functions = std::move(facts.functions);
      made.column.sequences = std::move(facts.sequences);
      made.computed = made.computed || facts.isVolatile;
      break;
    }
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      made.column.identity = *constraint.generated_when;
      made.column.notNull = true;
      made.computed = made.hasValue = true;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED: {
      ExpressionFacts facts = factsOf(constraint.raw_expr->base, simulation);
      made.column.generated = made.column.hasDefault = true;
      made.column.computedFrom = std::move(facts.columns);
      made.column.functions = std::move(facts.functions);
      made.computed = made.hasValue = true;
      break;
    }
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      made.column.notNull = made.primaryKey = true;
      made.constraints.push_back(&constraint);
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN: made.constraints.push_back(&constraint); break;
    default: break;
  }
}

}  // namespace

NewColumn newColumn(const PgQuery__ColumnDef& definition, Simulation& simulation) {
  NewColumn made;
  made.column.name = definition.colname;
  if (definition.type_name != nullptr) {
    made.column.type = typeOf(*definition.type_name, simulation.schema);
    made.serial = tree::isSerial(*definition.type_name);
    made.computed = hasConstraints(made.column.type, simulation.schema);
  }
  if (made.serial) made.column.notNull = made.column.hasDefault = made.computed = made.hasValue = true;
  if (definition.coll_clause != nullptr) {
    const auto* clause = definition.coll_clause;
    const std::string name = tree::qualified(tree::stringsOf(tree::nodes(clause->n_collname, clause->collname))).name;
    if (name != "default") made.column.collation = name;
  }
  for (const auto* node : tree::nodes(definition.n_constraints, definition.constraints))
    apply(*node->constraint, made, simulation);
  return made;
}

void makeSequence(ObjectId table, const std::string& column, bool identity, Simulation& simulation) {
  const Relation& owner = simulation.at(table);
  Relation sequence;
  sequence.schema = owner.schema;
  sequence.name = freeRelationName(simulation.schema, owner.schema, owner.name, column, "seq");
  sequence.kind = RelationKind::Sequence;
  const bool followsTable = simulation.schema.serverVersion >= 150000 || owner.persistence == 't';
  sequence.persistence = followsTable ? owner.persistence : 'p';
  sequence.replicaIdentity = 'n';
  sequence.ownerTable = table;
  sequence.ownerColumn = column;
  sequence.identitySequence = identity;
  const ObjectId id = simulation.make(std::move(sequence));
  if (identity) return;
  simulation.edit(table, [&](Relation& relation) {
    if (Column* found = relation.column(column)) found->sequences.push_back(id);
  });
}

std::string optionText(const PgQuery__DefElem& option) {
  if (option.arg == nullptr) return "true";
  switch (option.arg->node_case) {
    case PG_QUERY__NODE__NODE_INTEGER: return std::to_string(option.arg->integer->ival);
    case PG_QUERY__NODE__NODE_FLOAT: return option.arg->float_->fval;
    case PG_QUERY__NODE__NODE_BOOLEAN: return option.arg->boolean->boolval != 0 ? "true" : "false";
    default: return tree::qualified(tree::stringsOf(option.arg)).name;
  }
}

bool isKnownNotNull(const Relation& table, const std::string& column) {
  return std::ranges::any_of(table.constraints, [&](const Constraint& constraint) {
    if (constraint.kind != Constraint::Kind::Check || !constraint.validated) return false;
    return impliesNotNull(constraint.condition, column);
  });
}

void setNotNull(ObjectId table, const std::string& column, Simulation& simulation) {
  const Relation& relation = simulation.at(table);
  const Column* found = relation.column(column);
  if (found != nullptr && found->notNull) return;
  if (!isKnownNotNull(relation, column)) simulation.scan(table);
  simulation.edit(table, [&](Relation& each) {
    if (Column* changed = each.column(column)) changed->notNull = true;
  });
}

}  // namespace hotswap::analysis::postgres
