#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return;
  const RelationLock* lock = blocksReadsOf(look);
  if (look.tree.drop_stmt->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX || lock == nullptr) return;
  remarks.add(fmt::format("It waits for every query on {}, and all later ones wait behind it.", lock->object.text()),
              "DROP INDEX CONCURRENTLY, outside of a transaction.");
}

}  // namespace

const Rule dropIndexBlocks{
    .info = {"drop-index-blocks", Severity::Warning, "an index is dropped under a lock on its table"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
