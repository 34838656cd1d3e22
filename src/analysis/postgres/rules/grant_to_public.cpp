#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_GRANT_STMT || look.tree.grant_stmt->is_grant == 0) return;
  const PgQuery__GrantStmt& grant = *look.tree.grant_stmt;
  const bool isExecute = grant.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION;
  for (const auto* role : tree::nodes(grant.n_grantees, grant.grantees)) {
    if (role->role_spec->roletype != PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC || isExecute) continue;
    remarks.add("Every role of the server has it, those that are made later among them.",
                "Grant it to a role, and make those who need it members of that.");
  }
}

}  // namespace

const Rule grantToPublic{.info = {"grant-to-public", Severity::Warning, "everybody who can log in gets a privilege"},
                         .check = check};

}  // namespace hotswap::analysis::postgres::rules
