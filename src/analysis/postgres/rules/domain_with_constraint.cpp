#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT) return;
  const PgQuery__CreateDomainStmt& create = *look.tree.create_domain_stmt;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(create.n_domainname, create.domainname)));
  for (const auto* node : tree::nodes(create.n_constraints, create.constraints)) {
    const auto type = node->constraint->contype;
    if (type != PG_QUERY__CONSTR_TYPE__CONSTR_CHECK && type != PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) continue;
    remarks.add(
        fmt::format("Each column of type {} that is added to a table later makes the server write it anew, and a "
                    "change of the rule reads all of them.",
                    name.name),
        "Use the plain type, and a CHECK on the columns that need it.");
    return;
  }
}

}  // namespace

const Rule domainWithConstraint{.info = {"domain-with-constraint", Severity::Info, "a new domain has a constraint"},
                                .check = check};

}  // namespace hotswap::analysis::postgres::rules
