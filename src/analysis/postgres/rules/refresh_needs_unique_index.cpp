#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT) return;
  const PgQuery__RefreshMatViewStmt& refresh = *look.tree.refresh_mat_view_stmt;
  const Relation* view = look.before.lookUp(refresh.relation->schemaname, refresh.relation->relname);
  if (view == nullptr || refresh.concurrent == 0 || look.effects.failure.empty() || look.history.isOpaque()) return;
  remarks.add(fmt::format("The server refuses it: {}.", look.effects.failure),
              "CREATE UNIQUE INDEX on columns of the view (no WHERE, no expressions), and fill the view once before.");
}

}  // namespace

const Rule refreshNeedsUniqueIndex{.info = {"refresh-needs-unique-index", Severity::Error,
                                            "a materialized view without a unique index is refreshed concurrently"},
                                   .check = check};

}  // namespace hotswap::analysis::postgres::rules
