#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  std::string whom;
  const auto add = [&](std::size_t count, PgQuery__Node* const* roles) {
    for (const auto* role : tree::nodes(count, roles)) {
      const PgQuery__RoleSpec& spec = *role->role_spec;
      const bool isPublic = spec.roletype == PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC;
      whom += (whom.empty() ? "" : ", ") + std::string(isPublic ? "PUBLIC" : spec.rolename);
    }
  };
  if (look.tree.node_case == PG_QUERY__NODE__NODE_GRANT_STMT && look.tree.grant_stmt->is_grant == 0) {
    add(look.tree.grant_stmt->n_grantees, look.tree.grant_stmt->grantees);
  } else if (look.tree.node_case == PG_QUERY__NODE__NODE_GRANT_ROLE_STMT && look.tree.grant_role_stmt->is_grant == 0) {
    add(look.tree.grant_role_stmt->n_grantee_roles, look.tree.grant_role_stmt->grantee_roles);
  }
  if (whom.empty()) return;
  remarks.add(fmt::format("Statements of {} that need it fail from that moment on, in open connections, too.", whom),
              "Look in pg_stat_activity and the log for who uses it first.");
}

}  // namespace

const Rule revokePrivileges{
    .info = {"revoke-privileges", Severity::Warning, "a privilege is taken away while applications may need it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
