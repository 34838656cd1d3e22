#include <algorithm>
#include <optional>

#include "analysis/postgres/effects/alter_table.h"
#include "analysis/postgres/effects/table_parts.h"
#include "analysis/postgres/effects/types.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

constexpr LockMode strongest = LockMode::AccessExclusive;

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// The type of a conversion that only relabels the column itself; nothing where values are computed.
std::optional<TypeUse> relabelled(const PgQuery__Node& conversion, const Column& column, const KnownSchema& schema) {
  if (conversion.node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
    const auto& reference = *conversion.column_ref;
    if (tree::stringOf(reference.fields[reference.n_fields - 1]) == column.name) return column.type;
    return std::nullopt;
  }
  if (conversion.node_case != PG_QUERY__NODE__NODE_TYPE_CAST || conversion.type_cast->arg == nullptr)
    return std::nullopt;
  const auto inner = relabelled(*conversion.type_cast->arg, column, schema);
  if (!inner) return std::nullopt;
  const TypeUse type = typeOf(*conversion.type_cast->type_name, schema);
  if (!keepsStorage(*inner, type, schema)) return std::nullopt;
  return type;
}

bool isNumericWidening(const TypeUse& from, const TypeUse& to) {
  static const std::vector<std::string> order{"int2", "int4", "int8", "numeric"};
  const auto a = std::ranges::find(order, from.name);
  const auto b = std::ranges::find(order, to.name);
  return a != order.end() && b != order.end() && a <= b && to.modifier < 0;
}

}  // namespace

bool AlterTable::rewritesRows(const Column& column, const TypeUse& type, const PgQuery__Node* conversion) {
  if (conversion == nullptr) {
    const bool moments = (column.type.name == "timestamp" && type.name == "timestamptz") ||
                         (column.type.name == "timestamptz" && type.name == "timestamp");
    if (moments && simulation_.schema.timeZone.empty())
      simulation_.unknown(
          "Whether the session's time zone is UTC is not known; in UTC the table need not be rewritten.");
    return !keepsStorage(column.type, type, simulation_.schema);
  }
  const auto result = relabelled(*conversion, column, simulation_.schema);
  return !result || !keepsStorage(*result, type, simulation_.schema);
}

void AlterTable::rebuildDependents(ObjectId table, const std::string& column, const TypeUse& before, bool rewrites,
                                   bool collationChanges) {
  const Relation relation = simulation_.at(table);
  const TypeUse& now = relation.column(column)->type;
  const bool sameFamily =
      !collationChanges && indexFamily(before, simulation_.schema) == indexFamily(now, simulation_.schema);
  for (const Relation* index : std::vector<const Relation*>(simulation_.schema.indexesOf(table))) {
    const IndexShape& shape = index->index;
    if (!holds(shape.keys, column) && !holds(shape.included, column) && !holds(shape.reads, column)) continue;
    simulation_.lock(*index, strongest);
    // Those of partitions are made anew by way of the partitioned table's.
    const bool keepsFile =
        (sameFamily || !holds(shape.keys, column)) && !shape.expressions && !shape.partial && index->parents.empty();
    const bool included = holds(shape.included, column) && !sameFamily;
    if (rewrites || (keepsFile && !included)) continue;
    simulation_.scan(table);
    simulation_.build(index->id);
  }
  for (const Constraint& constraint : relation.constraints) {
    if (!holds(constraint.columns, column)) continue;
    if (constraint.kind == Constraint::Kind::Check && constraint.validated && !rewrites) simulation_.scan(table);
    if (constraint.kind != Constraint::Kind::ForeignKey) continue;
    simulation_.lock(constraint.referenced, LockMode::ShareRowExclusive);
    for (const ObjectId id : keyTriggersOf(constraint.referenced, simulation_)) simulation_.lock(id, strongest);
    if (!constraint.validated || sameFamily) continue;
    simulation_.scan(table);
    for (const ObjectId id : simulation_.withDescendants(constraint.referenced)) simulation_.scan(id);
  }
  std::vector<std::pair<ObjectId, Constraint>> keys;
  for (const auto& [owner, key] : simulation_.schema.foreignKeysTo(table)) {
    if (holds(key->referencedColumns, column)) keys.emplace_back(owner->id, *key);
  }
  for (const auto& [owner, key] : keys) {
    simulation_.lock(owner, strongest);
    if (!key.validated || sameFamily) continue;
    simulation_.scan(owner);
    simulation_.scan(table);
  }
}

void AlterTable::changeTypeOf(ObjectId table, const Command& command, const TypeUse& type) {
  const PgQuery__ColumnDef& definition = *command.def->column_def;
  const Column* found = simulation_.at(table).column(command.name);
  if (found == nullptr) return;
  const Column before = *found;
  const bool rewrites = rewritesRows(before, type, definition.raw_default);
  std::string collation;
  if (definition.coll_clause != nullptr) {
    const auto* clause = definition.coll_clause;
    collation = tree::qualified(tree::stringsOf(tree::nodes(clause->n_collname, clause->collname))).name;
    if (collation == "default") collation.clear();
  }
  simulation_.edit(table, [&](Relation& relation) {
    Column* column = relation.column(command.name);
    column->type = type;
    column->collation = collation;
    column->storage = ' ';
  });
  if (rewrites) {
    simulation_.rewrite(table);
    const bool keepsValues = definition.raw_default == nullptr && isNumericWidening(before.type, type);
    if (!keepsValues) simulation_.lose(DataLoss::What::Values, table, command.name);
  }
  rebuildDependents(table, command.name, before.type, rewrites, before.collation != collation);
}

void AlterTable::changeType(const Command& command) {
  const Column* column = columnOf(command);
  if (simulation_.failed()) return;
  if (column == nullptr) {
    simulation_.unknown("The present type of " + std::string(command.name) +
                        " is not known; it is taken for one that makes the table be rewritten.");
    simulation_.rewrite(table_);
    return;
  }
  const Relation& relation = simulation_.at(table_);
  if (relation.kind == RelationKind::MaterializedView || relation.kind == RelationKind::View)
    return simulation_.fail("ALTER COLUMN TYPE cannot be performed on relation \"" + relation.name + "\"");
  if (column->inherited > 0) return simulation_.fail("cannot alter inherited column \"" + column->name + "\"");
  const auto readsColumn = [&](const std::vector<Source>& sources) {
    return std::ranges::any_of(sources, [&](const Source& source) {
      return source.relation == table_ && holds(source.columns, command.name);
    });
  };
  for (const Relation* reader : simulation_.schema.referringTo(table_)) {
    if (readsColumn(reader->sources) ||
        std::ranges::any_of(reader->rules, [&](const Rule& rule) { return readsColumn(rule.sources); }))
      return simulation_.fail("cannot alter type of a column used by a view or rule");
    if (std::ranges::any_of(reader->policies, [&](const Policy& policy) { return readsColumn(policy.sources); }))
      return simulation_.fail("cannot alter type of a column used in a policy definition");
  }
  if (std::ranges::any_of(relation.columns, [&](const Column& each) { return holds(each.computedFrom, command.name); }))
    return simulation_.fail("cannot alter type of a column used by a generated column");
  if (std::ranges::any_of(relation.triggers, [&](const Trigger& each) { return holds(each.columns, command.name); }))
    return simulation_.fail("cannot alter type of a column used in a trigger definition");
  const TypeUse type = typeOf(*command.def->column_def->type_name, simulation_.schema);
  // An identity column's sequence takes the new type.
  if (column->identity != ' ') {
    for (const Relation* sequence : simulation_.schema.sequencesOf(table_)) {
      if (sequence->ownerColumn == command.name) simulation_.lock(*sequence, LockMode::ShareRowExclusive);
    }
  }
  recurse([&](ObjectId id) { changeTypeOf(id, command, type); });
}

}  // namespace hotswap::analysis::postgres
