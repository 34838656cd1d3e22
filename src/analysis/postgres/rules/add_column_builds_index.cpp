#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const RelationLock* lock = blocksReadsOf(look);
  if (look.effects.indexBuilds.empty() || lock == nullptr) return;
  for (const auto type : {PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE, PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY}) {
    for (const ColumnConstraint& one : constraintsOfAddedColumns(look, type)) {
      remarks.add(
          fmt::format("The index for {} is built over all rows of {}, which nobody can read or write meanwhile.",
                      one.column->colname, lock->object.text()),
          "ADD COLUMN alone, then CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX.");
      return;
    }
  }
}

}  // namespace

const Rule addColumnBuildsIndex{
    .info = {"add-column-builds-index", Severity::Warning,
             "a column comes with a key whose index is built while nobody can use the table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
