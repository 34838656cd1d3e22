#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const RelationLock* lock = blocksWritesOf(look);
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_TRIG_STMT || lock == nullptr) return;
  remarks.add(fmt::format("It waits for every transaction that writes to {}, and all later ones wait behind it.",
                          lock->object.text()),
              "Run it by itself with a short lock_timeout, at a quiet time.");
}

}  // namespace

const Rule triggerBlocksWrites{
    .info = {"trigger-blocks-writes", Severity::Info, "a trigger is made under a lock that blocks writes"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
