#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto changed = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType);
  if (changed.empty() || look.effects.failure.empty() || look.history.isOpaque()) return;
  const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
  const Relation* table = look.before.lookUp(range.schemaname, range.relname);
  if (table == nullptr || !table->isTable()) return;
  for (const auto* command : changed) {
    const Column* column = table->column(command->name);
    if (column == nullptr || column->inherited > 0) return;
  }
  remarks.add(fmt::format("The server refuses it: {}.", look.effects.failure),
              "Drop what uses the column before, and make it again afterwards, in the same transaction.");
}

}  // namespace

const Rule changeTypeDependedOn{.info = {"change-type-depended-on", Severity::Error,
                                         "a change of type is refused because something uses the column"},
                                .check = check};

}  // namespace hotswap::analysis::postgres::rules
