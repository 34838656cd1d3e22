#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

bool buildsConcurrently(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_INDEX_STMT) return node.index_stmt->concurrent != 0;
  if (node.node_case != PG_QUERY__NODE__NODE_REINDEX_STMT) return false;
  return tree::optionOn(tree::nodes(node.reindex_stmt->n_params, node.reindex_stmt->params), "concurrently");
}

void check(const Look& look, Remarks& remarks) {
  constexpr int first = 140000;
  constexpr int mended = 140004;
  const int version = look.before.serverVersion;
  if (!look.before.complete || version < first || version >= mended || !buildsConcurrently(look.tree)) return;
  remarks.add(
      fmt::format("PostgreSQL 14.{} may leave rows out of an index that is built beside updates, without a word.",
                  version % 100),
      "Update the server to 14.4 or later first; indexes that were built so are found by amcheck's "
      "bt_index_check with heapallindexed, and mended by REINDEX.");
}

}  // namespace

const Rule concurrentBuildCorrupts{.info = {"concurrent-build-corrupts", Severity::Warning,
                                            "the server's version builds indexes concurrently that miss rows"},
                                   .check = check};

}  // namespace hotswap::analysis::postgres::rules
