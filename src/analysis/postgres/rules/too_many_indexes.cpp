#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  constexpr std::size_t most = 10;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT) return;
  const PgQuery__RangeVar& range = *look.tree.index_stmt->relation;
  const Relation* table = look.after.lookUp(range.schemaname, range.relname);
  if (table == nullptr || !look.effects.failure.empty()) return;
  const std::size_t count = look.after.indexesOf(table->id).size();
  if (count <= most) return;
  remarks.add(fmt::format("Every insert into {}, and most updates, write {} indexes.", nameOf(*table).text(), count),
              "Drop those that pg_stat_user_indexes shows as unused, and let one index serve several queries.");
}

}  // namespace

const Rule tooManyIndexes{.info = {"too-many-indexes", Severity::Info, "a table gets more than ten indexes"},
                          .check = check};

}  // namespace hotswap::analysis::postgres::rules
