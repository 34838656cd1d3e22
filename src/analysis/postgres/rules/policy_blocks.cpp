#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  bool isPolicy = look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_POLICY_STMT ||
                  look.tree.node_case == PG_QUERY__NODE__NODE_ALTER_POLICY_STMT;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_DROP_STMT)
    isPolicy = look.tree.drop_stmt->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY;
  const RelationLock* lock = blocksReadsOf(look);
  if (!isPolicy || lock == nullptr) return;
  remarks.add(fmt::format("It waits for every query on {}, and all later ones wait behind it.", lock->object.text()),
              "Run it by itself with a short lock_timeout, and try it as the role that it is about.");
}

}  // namespace

const Rule policyBlocks{
    .info = {"policy-blocks", Severity::Info, "a policy is made or dropped under a lock that keeps readers away"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
