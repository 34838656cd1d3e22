#include <fmt/format.h>

#include "analysis/postgres/effects/types.h"
#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType)) {
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    const Column* column = table == nullptr || table->own ? nullptr : table->column(command->name);
    if (column == nullptr || command->def->column_def->raw_default != nullptr || isUtc(look.before.timeZone)) continue;
    const std::string to = typeOf(*command->def->column_def->type_name, look.before).name;
    const std::string& from = column->type.name;
    const bool converts = (from == "timestamp" && to == "timestamptz") || (from == "timestamptz" && to == "timestamp");
    if (!converts) continue;
    remarks.add(fmt::format("What the values of {}.{} mean afterwards depends on the TimeZone of the session that runs "
                            "this; unless that is UTC, the table is also written anew.",
                            range.relname, column->name),
                "SET timezone = 'UTC' before it, or say the zone: USING column AT TIME ZONE 'Europe/Berlin'.");
  }
}

}  // namespace

const Rule timestampConversion{.info = {"timestamp-conversion", Severity::Warning,
                                        "a timestamp gets or loses its time zone by the session's setting"},
                               .check = check};

}  // namespace hotswap::analysis::postgres::rules
