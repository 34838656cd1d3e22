#include <algorithm>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

/// An index that tells every two rows apart, by plain columns.
bool tellsRowsApart(const Relation& index) {
  return index.index.unique && index.index.valid && !index.index.partial && !index.index.expressions;
}

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT) return false;
  const PgQuery__RefreshMatViewStmt& refresh = *given.tree.refresh_mat_view_stmt;
  if (refresh.concurrent != 0 || refresh.skip_data != 0 || !blocksOthers(given, true)) return false;
  const Relation* view = relationOf(given, *refresh.relation);
  if (view == nullptr || !view->populated) return false;
  if (!std::ranges::any_of(given.before.indexesOf(view->id),
                           [](const Relation* index) { return tellsRowsApart(*index); }))
    return false;
  PgQuery__Node* node = draft.trees.shallow(given.tree);
  node->refresh_mat_view_stmt = draft.trees.shallow(refresh);
  node->refresh_mat_view_stmt->concurrent = 1;
  // It could run in a transaction, and would hold its lock against other refreshes to the end of it.
  draft.step({node});
  return true;
}

}  // namespace

const Rewrite refreshMaterializedView{
    .id = "refresh-materialized-view", .rules = {"refresh-blocks-reads"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
