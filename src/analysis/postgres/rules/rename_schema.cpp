#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA ||
      look.history.made(db::ObjectReference::Kind::Schema, "", rename.subname))
    return;
  remarks.add(fmt::format("Whoever names {} or has it in the search path finds nothing of it from that moment on.",
                          rename.subname),
              "CREATE SCHEMA with the new name, and views there on the tables of the old one; move applications, then "
              "tables.");
}

}  // namespace

const Rule renameSchema{
    .info = {"rename-schema", Severity::Warning, "a schema gets another name while applications use the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
