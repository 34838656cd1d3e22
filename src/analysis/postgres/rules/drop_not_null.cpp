#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull)) {
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    const Column* column = table == nullptr ? nullptr : table->column(command->name);
    if (!isOfOthers(range, look) || (column != nullptr && !column->notNull)) continue;
    remarks.add(fmt::format("Whoever reads {}.{} and expects a value may get NULL.", range.relname, command->name),
                "Roll out readers that take NULL first.");
  }
}

}  // namespace

const Rule dropNotNull{
    .info = {"drop-not-null", Severity::Warning, "a column that was never null may be null from now on"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
