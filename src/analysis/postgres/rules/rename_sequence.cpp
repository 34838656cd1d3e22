#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE || !isOfOthers(*rename.relation, look)) return;
  remarks.add(
      fmt::format("nextval('{}') fails from that moment on, wherever it stands in an application or a function.",
                  rename.relation->relname),
      "Leave the name as it is; defaults of columns follow a rename, texts don't.");
}

}  // namespace

const Rule renameSequence{
    .info = {"rename-sequence", Severity::Warning, "a sequence gets another name while applications use the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
