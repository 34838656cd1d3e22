#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  for (const PgQuery__Constraint* added : addedConstraints(look)) {
    const PgQuery__Constraint& constraint = *added;
    if (constraint.contype != PG_QUERY__CONSTR_TYPE__CONSTR_CHECK || constraint.skip_validation || tables.empty())
      continue;
    remarks.add(
        fmt::format("Every row of {} is held against the check, and nobody can read or write the table meanwhile.",
                    listed(tables)),
        "Add it NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own: that lets reads and writes go on.");
    return;
  }
}

}  // namespace

const Rule addCheckScans{
    .info = {"add-check-scans", Severity::Warning, "a check is held against all rows while nobody can use the table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
