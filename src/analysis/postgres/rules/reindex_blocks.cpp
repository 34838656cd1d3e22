#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const RelationLock* lock = blocksWritesOf(look);
  if (look.tree.node_case != PG_QUERY__NODE__NODE_REINDEX_STMT || lock == nullptr) return;
  remarks.add(fmt::format("Nobody can write to {} until the index is built, and queries that would use the index wait.",
                          lock->object.text()),
              "REINDEX … CONCURRENTLY, outside of a transaction.");
}

}  // namespace

const Rule reindexBlocks{
    .info = {"reindex-blocks", Severity::Warning, "an index is built anew while nobody can write to its table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
