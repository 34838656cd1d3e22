#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// The partitioned table or index that the statement is about, nothing where it is about none.
const Relation* partitionedTarget(const Look& look) {
  const Relation* found = nullptr;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_INDEX_STMT && look.tree.index_stmt->concurrent != 0) {
    const PgQuery__RangeVar& range = *look.tree.index_stmt->relation;
    found = look.before.lookUp(range.schemaname, range.relname);
  } else if (look.tree.node_case == PG_QUERY__NODE__NODE_DROP_STMT && look.tree.drop_stmt->concurrent != 0) {
    for (const RelationName& name : namedByDrop(look)) found = look.before.lookUp(name.schema, name.name);
  }
  const bool partitioned = found != nullptr && (found->kind == RelationKind::PartitionedTable ||
                                                found->kind == RelationKind::PartitionedIndex);
  return partitioned ? found : nullptr;
}

void check(const Look& look, Remarks& remarks) {
  const Relation* target = partitionedTarget(look);
  if (target == nullptr) return;
  remarks.add(
      fmt::format("The server refuses it: {} is partitioned, and CONCURRENTLY works on single partitions alone.",
                  nameOf(*target).text()),
      "CREATE INDEX … ON ONLY the partitioned table, CREATE INDEX CONCURRENTLY on each partition, then ALTER "
      "INDEX … ATTACH PARTITION for each.");
}

}  // namespace

const Rule concurrentlyOnPartitioned{.info = {"concurrently-on-partitioned", Severity::Error,
                                              "an index of a partitioned table is built or dropped concurrently"},
                                     .check = check};

}  // namespace hotswap::analysis::postgres::rules
