#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  std::string what;
  std::string role;
  if (const auto changed = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner); !changed.empty()) {
    if (!isOfOthers(*look.tree.alter_table_stmt->relation, look)) return;
    what = look.tree.alter_table_stmt->relation->relname;
    role = changed.front()->newowner->rolename;
  } else if (look.tree.node_case == PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT) {
    what = "All of it";
    role = look.tree.reassign_owned_stmt->newrole->rolename;
  }
  if (what.empty()) return;
  remarks.add(
      fmt::format("{} is {}'s: whoever worked by the rights of the former owner fails, and row security doesn't "
                  "hold for the new one.",
                  what, role.empty() ? "another" : role),
      "GRANT what the former owner's applications need first; run it with a short lock_timeout.");
}

}  // namespace

const Rule changeOwner{.info = {"change-owner", Severity::Warning, "an object gets another owner"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
