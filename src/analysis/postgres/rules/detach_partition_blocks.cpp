#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const RelationLock* lock = blocksReadsOf(look);
  if (actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition).empty() || lock == nullptr ||
      !look.statement.transactional)
    return;
  remarks.add(fmt::format("Nobody can read or write {} until the transaction ends.", lock->object.text()),
              "DETACH PARTITION … CONCURRENTLY, outside of a transaction (PostgreSQL 14 and later).");
}

}  // namespace

const Rule detachPartitionBlocks{
    .info = {"detach-partition-blocks", Severity::Warning, "a partition is detached under a lock on the whole table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
