#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT || look.tree.create_stmt->partbound == nullptr) return;
  const PgQuery__CreateStmt& create = *look.tree.create_stmt;
  const PgQuery__RangeVar& parent = *create.inh_relations[0]->range_var;
  if (!isOfOthers(parent, look)) return;
  remarks.add(
      fmt::format("Nobody can read or write {}, in any of its partitions, until the transaction ends.", parent.relname),
      fmt::format("CREATE TABLE {0} (LIKE {1} INCLUDING ALL), then ALTER TABLE {1} ATTACH PARTITION {0} FOR "
                  "VALUES …: that lets reads and writes go on.",
                  create.relation->relname, parent.relname));
}

}  // namespace

const Rule createPartitionLocksParent{
    .info = {"create-partition-locks-parent", Severity::Warning,
             "a partition is made under a lock that keeps readers away from the whole table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
