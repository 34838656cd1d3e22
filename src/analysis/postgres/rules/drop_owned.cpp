#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_DROP_OWNED_STMT) return;
  const PgQuery__DropOwnedStmt& drop = *look.tree.drop_owned_stmt;
  std::vector<std::string> roles;
  for (const auto* role : tree::nodes(drop.n_roles, drop.roles)) roles.emplace_back(role->role_spec->rolename);
  remarks.add(
      fmt::format("All tables, views and functions of {} in this database are gone with their rows, and all that "
                  "was granted to it is revoked.",
                  listed(roles)),
      "REASSIGN OWNED first: what is left for DROP OWNED then is privileges.");
}

}  // namespace

const Rule dropOwned{.info = {"drop-owned", Severity::Warning, "everything that a role owns is dropped"},
                     .check = check};

}  // namespace hotswap::analysis::postgres::rules
