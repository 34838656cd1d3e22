#include <algorithm>
#include <string_view>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/quarantine.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

/// Rows that are added without the column must find nothing in it that refuses them.
bool canStayUnfilled(const Relation& table, const Column& column, const KnownSchema& schema) {
  const bool isFilled = column.generated || column.identity != ' ';
  return std::ranges::none_of(schema.indexesOf(table.id), [&](const Relation* index) {
    const bool isKey = std::ranges::find(index->index.keys, column.name) != index->index.keys.end();
    return isKey && ((index->index.primary && !isFilled) || (index->index.unique && column.hasDefault && !isFilled));
  });
}

/// Values that a check wants, or that come out of this column.
bool isReadByOthers(const Relation& table, std::string_view name) {
  const auto reads = [&](const std::vector<std::string>& columns) {
    return std::ranges::find(columns, name) != columns.end();
  };
  return std::ranges::any_of(
             table.constraints,
             [&](const Constraint& each) { return each.kind == Constraint::Kind::Check && reads(each.columns); }) ||
         std::ranges::any_of(table.columns, [&](const Column& each) { return reads(each.computedFrom); }) ||
         std::ranges::find(table.partitionKey, name) != table.partitionKey.end();
}

/// A table that inherits the column and has defined it, too, keeps it where it is dropped, and under its own name.
bool isDefinedBelow(const Relation& table, std::string_view name, const KnownSchema& schema) {
  return std::ranges::any_of(schema.descendantsOf(table.id), [&](const Relation* child) {
    const Column* column = child->column(name);
    return column != nullptr && column->local;
  });
}

PgQuery__Node* rename(const PgQuery__RangeVar& table, const char* column, char* name, Draft& draft) {
  PgQuery__Node* node = draft.trees.parse("ALTER TABLE t RENAME COLUMN c TO d");
  node->rename_stmt->relation = draft.trees.shallow(table);
  node->rename_stmt->subname = draft.trees.text(column);
  node->rename_stmt->newname = name;
  return node;
}

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* drop = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn);
  if (drop == nullptr || given.tree.alter_table_stmt->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* table = relationOf(given, *statement.relation);
  const Column* column = table == nullptr ? nullptr : table->column(drop->name);
  // Of a table that nobody knows it can't be told what its column is needed for.
  if (column == nullptr || table->own || statement.relation->inh == 0 || column->inherited > 0) return false;
  if (!canStayUnfilled(*table, *column, given.before) || isReadByOthers(*table, column->name)) return false;
  if (isDefinedBelow(*table, column->name, given.before)) return false;
  const std::string hidden = quarantineName(column->name, given.today);
  if (table->column(hidden) != nullptr) return false;
  char* name = draft.trees.text(hidden);
  std::vector<PgQuery__Node*> step{rename(*statement.relation, drop->name, name, draft)};
  if (column->notNull && !column->hasDefault && column->identity == ' ') {
    PgQuery__AlterTableCmd* optional = action("ALTER TABLE t ALTER COLUMN c DROP NOT NULL", hidden, draft);
    step.push_back(alter(statement, {optional}, draft));
  }
  draft.say(step.front(), "hotswap: allow rename-column reason=\"hidden, to be dropped later\"");
  draft.step(step);
  PgQuery__AlterTableCmd* last = draft.trees.shallow(*drop);
  last->name = name;
  draft.later(alter(statement, {last}, draft), "nothing has missed it");
  return true;
}

}  // namespace

const Rewrite dropColumn{.id = "drop-column", .rules = {"drop-column", "drop-cascade"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
