#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT || !isOfOthers(*rename.relation, look)) return;
  remarks.add(fmt::format("Nobody can read {} until the transaction ends, and applications that know {} from error "
                          "messages don't recognise it any more.",
                          rename.relation->relname, rename.subname),
              "Leave the name as it is, unless something needs the new one.");
}

}  // namespace

const Rule renameConstraint{.info = {"rename-constraint", Severity::Info, "a constraint gets another name"},
                            .check = check};

}  // namespace hotswap::analysis::postgres::rules
