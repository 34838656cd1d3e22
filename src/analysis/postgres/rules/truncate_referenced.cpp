#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_TRUNCATE_STMT || look.effects.failure.empty()) return;
  const PgQuery__TruncateStmt& truncate = *look.tree.truncate_stmt;
  const bool there =
      std::ranges::all_of(tree::nodes(truncate.n_relations, truncate.relations), [&](const PgQuery__Node* node) {
        return look.before.lookUp(node->range_var->schemaname, node->range_var->relname) != nullptr;
      });
  if (!there || look.history.isOpaque()) return;
  remarks.add(fmt::format("The server refuses it: {}.", look.effects.failure),
              "Name the tables that refer to it in the same TRUNCATE, or DELETE in batches.");
}

}  // namespace

const Rule truncateReferenced{
    .info = {"truncate-referenced", Severity::Error, "a table can't be truncated because a foreign key leads to it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
