#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT) return;
  const RelationLock* lock = blocksReadsOf(look);
  if (lock == nullptr) return;
  remarks.add(fmt::format("Nobody can read {} until its query is through.", lock->object.text()),
              "REFRESH MATERIALIZED VIEW CONCURRENTLY; the view needs a unique index for that.");
}

}  // namespace

const Rule refreshBlocksReads{
    .info = {"refresh-blocks-reads", Severity::Warning, "a materialized view is refreshed while nobody can read it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
