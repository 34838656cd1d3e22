#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  const auto added = constraintsOfAddedColumns(look, PG_QUERY__CONSTR_TYPE__CONSTR_CHECK);
  if (tables.empty() || added.empty()) return;
  remarks.add(
      fmt::format("Every row of {} is read for the check of the new column {}, and nobody can read or write the "
                  "table meanwhile.",
                  listed(tables), added.front().column->colname),
      "ADD COLUMN without the check, then ADD CONSTRAINT … CHECK (…) NOT VALID, then VALIDATE CONSTRAINT in a "
      "transaction of its own.");
}

}  // namespace

const Rule addColumnCheckScans{
    .info = {"add-column-check-scans", Severity::Warning, "a column comes with a check that is held against all rows"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
