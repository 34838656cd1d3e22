#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
  const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
  const Relation* table = look.before.lookUp(range.schemaname, range.relname);
  if (table == nullptr || table->own || table->kind != RelationKind::PartitionedTable) return;
  std::size_t partitions = 0;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || !blocksReads(lock.mode)) continue;
    const Relation* other = look.before.find(lock.object.schema, lock.object.name);
    if (other != nullptr && other->isPartition()) ++partitions;
  }
  if (partitions < 2) return;
  remarks.add(fmt::format("It waits for the queries on {} and on {} partitions of it, and holds all of them until the "
                          "transaction ends.",
                          nameOf(*table).text(), partitions),
              "Run it by itself with a short lock_timeout; what can be done partition by partition (indexes, "
              "constraints) do so first.");
}

}  // namespace

const Rule alterLocksPartitions{
    .info = {"alter-locks-partitions", Severity::Info, "a change of a partitioned table locks all its partitions"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
