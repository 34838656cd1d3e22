#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  constexpr std::size_t most = 3;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT) return;
  const PgQuery__IndexStmt& create = *look.tree.index_stmt;
  const std::string_view method = create.access_method;
  if (create.unique != 0 || create.n_index_params <= most || (method != "btree" && !method.empty())) return;
  remarks.add(
      fmt::format("{} key columns make every write to {} dearer, and the ones behind the third seldom narrow a "
                  "search.",
                  create.n_index_params, create.relation->relname),
      "Keep the columns that are compared with =, most selective first; what is only returned goes into INCLUDE.");
}

}  // namespace

const Rule indexHasManyColumns{
    .info = {"index-has-many-columns", Severity::Info, "an index that isn't unique has more than three key columns"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
