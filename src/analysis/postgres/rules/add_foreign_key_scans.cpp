#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  for (const PgQuery__Constraint* added : addedConstraints(look)) {
    const PgQuery__Constraint& constraint = *added;
    if (constraint.contype != PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN || constraint.skip_validation || tables.empty())
      continue;
    remarks.add(fmt::format("Every row is looked up in {}, and nobody can write to either table meanwhile.",
                            constraint.pktable->relname),
                "Add it NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own: that lets writes go on.");
    return;
  }
}

}  // namespace

const Rule addForeignKeyScans{.info = {"add-foreign-key-scans", Severity::Warning,
                                       "a foreign key is checked for all rows while nobody can write to either table"},
                              .check = check};

}  // namespace hotswap::analysis::postgres::rules
