#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_LOCK_STMT) return;
  const RelationLock* lock = blocksWritesOf(look);
  if (lock == nullptr) return;
  remarks.add(fmt::format("Nobody can {} {} until the transaction ends, whatever comes in between.",
                          blocksReads(lock->mode) ? "read or write" : "write to", lock->object.text()),
              "Leave it out: each statement takes the lock that it needs, for as long as it needs it.");
}

}  // namespace

const Rule lockTable{.info = {"lock-table", Severity::Warning, "a table is locked explicitly"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
