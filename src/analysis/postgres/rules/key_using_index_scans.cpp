#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)) {
    const PgQuery__Constraint& constraint = *command->def->constraint;
    const bool usesIndex = constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY && *constraint.indexname != '\0';
    if (!usesIndex || tables.empty()) continue;
    remarks.add(
        fmt::format("The index is there, but every row of {} is read to see that its columns are never null, and "
                    "nobody can read or write the table meanwhile.",
                    listed(tables)),
        "Make the columns NOT NULL first, by way of a validated CHECK (… IS NOT NULL).");
  }
}

}  // namespace

const Rule keyUsingIndexScans{.info = {"key-using-index-scans", Severity::Warning,
                                       "a primary key from an index reads the table, because columns may be null"},
                              .check = check};

}  // namespace hotswap::analysis::postgres::rules
