#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/effects/implications.h"
#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Something else says the same: a constraint of the same kind on the same columns, or NOT NULL in place of a check.
bool isReplaced(const Relation& table, const Constraint& dropped) {
  const bool again = std::ranges::any_of(table.constraints, [&](const Constraint& each) {
    return each.name == dropped.name || (each.kind == dropped.kind && each.columns == dropped.columns);
  });
  if (again || dropped.kind != Constraint::Kind::Check || dropped.columns.size() != 1) return again;
  const Column* column = table.column(dropped.columns.front());
  return column != nullptr && column->notNull && impliesNotNull(dropped.condition, column->name);
}

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint)) {
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    const Constraint* known = table == nullptr ? nullptr : table->constraint(command->name);
    const bool isMissing = known == nullptr && table != nullptr && table->known;
    if (isMissing || !isOfOthers(range, look) || (known != nullptr && known->kind == Constraint::Kind::PrimaryKey))
      continue;
    Constraint dropped;
    if (known != nullptr) dropped = *known;
    dropped.name = command->name;
    remarks.addIfItStays(
        [dropped, name = nameIn(range)](const KnownSchema& end) {
          const Relation* left = end.lookUp(name.schema, name.name);
          return left != nullptr && !isReplaced(*left, dropped);
        },
        fmt::format("From now on rows of {} may break {}, and plans that relied on it get worse.", range.relname,
                    command->name),
        "Add what takes its place in the same transaction (NOT VALID is enough to guard new rows), then drop it.");
  }
}

}  // namespace

const Rule dropConstraint{
    .info = {"drop-constraint", Severity::Warning, "a constraint is dropped, and with it what it kept true"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
