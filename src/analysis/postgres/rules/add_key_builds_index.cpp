#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.effects.indexBuilds.empty() || blocksReadsOf(look) == nullptr) return;
  for (const PgQuery__Constraint* added : addedConstraints(look)) {
    const PgQuery__Constraint& constraint = *added;
    const bool isKey = constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE ||
                       constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
    if (!isKey || *constraint.indexname != '\0') continue;
    remarks.add(fmt::format("The index of the key is built under a lock that lets nobody read or write {}.",
                            blocksReadsOf(look)->object.text()),
                "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX, which takes a moment.");
    return;
  }
}

}  // namespace

const Rule addKeyBuildsIndex{
    .info = {"add-key-builds-index", Severity::Warning, "a key builds its index while nobody can use the table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
