#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Everything that the statement drops is there, as far as is known.
bool areThere(const Look& look) {
  const PgQuery__RangeVar* range =
      look.tree.node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ? look.tree.alter_table_stmt->relation : nullptr;
  if (range == nullptr) {
    return std::ranges::all_of(namedByDrop(look), [&](const RelationName& name) {
      return look.before.lookUp(name.schema, name.name) != nullptr;
    });
  }
  const Relation* table = look.before.lookUp(range->schemaname, range->relname);
  const auto hasColumn = [&](const auto* command) {
    const Column* column = table->column(command->name);
    return column != nullptr && column->inherited == 0;
  };
  const auto hasConstraint = [&](const auto* command) { return table->constraint(command->name) != nullptr; };
  return table != nullptr && std::ranges::all_of(actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn), hasColumn) &&
         std::ranges::all_of(actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint), hasConstraint);
}

bool drops(const Look& look) {
  if (!actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn).empty() ||
      !actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint).empty())
    return look.tree.alter_table_stmt->n_cmds == 1;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT || look.tree.drop_stmt->concurrent != 0) return false;
  switch (look.tree.drop_stmt->remove_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX: return true;
    default: return false;
  }
}

void check(const Look& look, Remarks& remarks) {
  if (look.effects.failure.empty() || look.history.isOpaque() || !drops(look) || !areThere(look)) return;
  remarks.add(fmt::format("The server refuses it: {}.", look.effects.failure),
              "Drop or change what depends on it first, each thing by its name.");
}

}  // namespace

const Rule dropDependedOn{
    .info = {"drop-depended-on", Severity::Error, "something can't be dropped because something else depends on it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
