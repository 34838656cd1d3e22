#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto type :
       {PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity, PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity}) {
    if (actions(look, type).empty() || !isOfOthers(*look.tree.alter_table_stmt->relation, look)) continue;
    const bool ownerOnly = type == PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity;
    remarks.add(fmt::format("{} sees all rows of {}.",
                            ownerOnly ? "The owner, as which applications may log in," : "Everybody who may read it",
                            look.tree.alter_table_stmt->relation->relname),
                "Add a policy that allows what is missing, in place of switching all of them off.");
  }
}

}  // namespace

const Rule rowSecurityDisabled{.info = {"row-security-disabled", Severity::Warning, "row security is switched off"},
                               .check = check};

}  // namespace hotswap::analysis::postgres::rules
