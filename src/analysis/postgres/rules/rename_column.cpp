#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN || rename.relation == nullptr) return;
  if (ofOthers({{rename.relation->schemaname, rename.relation->relname}}, look).empty()) return;
  remarks.add(
      fmt::format("Whoever still says {}.{} fails from that moment on.", rename.relation->relname, rename.subname),
      "Add a column of the new name, keep both in step by a trigger, and drop the old one when nobody uses it any "
      "more.");
}

}  // namespace

const Rule renameColumn{
    .info = {"rename-column", Severity::Warning, "a column gets another name while applications use the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
