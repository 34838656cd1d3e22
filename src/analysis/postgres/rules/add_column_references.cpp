#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  // Where rows are looked up, add-foreign-key-scans says more.
  if (!look.effects.scans.empty()) return;
  for (const ColumnConstraint& one : constraintsOfAddedColumns(look, PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)) {
    const PgQuery__RangeVar& child = *look.tree.alter_table_stmt->relation;
    const PgQuery__RangeVar& parent = *one.constraint->pktable;
    if (!isOfOthers(child, look) || !isOfOthers(parent, look)) continue;
    remarks.add(
        fmt::format("Until the transaction ends, nobody can read {} and nobody can write to {}.", child.relname,
                    parent.relname),
        "ADD COLUMN alone; then ADD CONSTRAINT … FOREIGN KEY … NOT VALID; then VALIDATE CONSTRAINT: a transaction "
        "each.");
  }
}

}  // namespace

const Rule addColumnReferences{.info = {"add-column-references", Severity::Warning,
                                        "a column comes with a foreign key, so that two tables are locked at once"},
                               .check = check};

}  // namespace hotswap::analysis::postgres::rules
