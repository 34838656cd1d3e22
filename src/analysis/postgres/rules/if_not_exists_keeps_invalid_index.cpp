#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT) return;
  const PgQuery__IndexStmt& create = *look.tree.index_stmt;
  if (create.concurrent == 0 || create.if_not_exists == 0) return;
  remarks.add(
      fmt::format("If an earlier build has failed, an invalid {} stands there: this leaves it as it is and counts "
                  "as done.",
                  create.idxname),
      "Leave IF NOT EXISTS out; or DROP INDEX CONCURRENTLY IF EXISTS right before it.");
}

}  // namespace

const Rule ifNotExistsKeepsInvalidIndex{
    .info = {"if-not-exists-keeps-invalid-index", Severity::Warning,
             "a concurrent build passes over the invalid index that a failed one has left"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
