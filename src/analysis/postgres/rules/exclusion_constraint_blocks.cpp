#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const RelationLock* lock = blocksReadsOf(look);
  if (lock == nullptr) return;
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)) {
    if (command->def->constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION) continue;
    remarks.add(
        fmt::format("The index is built and every row compared with the others while nobody can read or write {}; "
                    "there is no way to build it beforehand.",
                    lock->object.text()),
        "Make a new table with the constraint, keep it in step by a trigger, and swap the names.");
  }
}

}  // namespace

const Rule exclusionConstraintBlocks{
    .info = {"exclusion-constraint-blocks", Severity::Warning,
             "an exclusion constraint builds its index while nobody can use the table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
