#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

bool hasIndexBy(ObjectId table, const std::string& column, const KnownSchema& schema) {
  return std::ranges::any_of(schema.indexesOf(table), [&](const Relation* index) {
    const IndexShape& shape = index->index;
    return shape.valid && !shape.partial && !shape.keys.empty() && shape.keys.front() == column;
  });
}

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_STMT) return;
  for (const RelationName& name : look.effects.lostIndexes) {
    const Relation* index = look.before.find(name.schema, name.name);
    if (index == nullptr || !index->index.valid || index->index.keys.empty() || index->index.keys.front().empty())
      continue;
    const Relation* table = look.before.find(index->index.table);
    if (table == nullptr || table->own) continue;
    const std::string& first = index->index.keys.front();
    remarks.addIfItStays(
        [table = table->id, first](const KnownSchema& end) {
          return end.find(table) != nullptr && end.find(table)->column(first) != nullptr &&
                 !hasIndexBy(table, first, end);
        },
        fmt::format("No other index of {} begins with {}: queries by it read the whole table.", nameOf(*table).text(),
                    first),
        "Look at pg_stat_user_indexes.idx_scan on the primary and every replica before it goes.");
  }
}

}  // namespace

const Rule dropLastIndex{.info = {"drop-last-index", Severity::Info, "the only index by a column is dropped"},
                         .check = check};

}  // namespace hotswap::analysis::postgres::rules
