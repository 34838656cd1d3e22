#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROPDB_STMT) return;
  remarks.add(
      fmt::format("Everything in {} is gone, and nothing but a backup brings it again.", look.tree.dropdb_stmt->dbname),
      "ALTER DATABASE … ALLOW_CONNECTIONS false, and drop it by hand when nobody has missed it.");
}

}  // namespace

const Rule dropDatabase{.info = {"drop-database", Severity::Warning, "a whole database is dropped"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
