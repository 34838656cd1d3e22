#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault)) {
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    const Column* column = table == nullptr || table->own ? nullptr : table->column(command->name);
    if (column == nullptr || !column->hasDefault) continue;
    remarks.add(fmt::format("Rows that are there keep the old default of {}.{}, and frameworks that remember defaults "
                            "go on writing it until they are restarted.",
                            range.relname, column->name),
                "Have applications write the value themselves before the default changes.");
  }
}

}  // namespace

const Rule changeDefault{
    .info = {"change-default", Severity::Info, "a default changes while applications may still fill in the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
