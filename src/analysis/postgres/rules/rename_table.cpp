#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  if (rename.rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || rename.relation == nullptr) return;
  if (!isOfOthers(*rename.relation, look)) return;
  remarks.addIfItStays(
      [name = nameIn(*rename.relation)](const KnownSchema& end) {
        return end.lookUp(name.schema, name.name) == nullptr;
      },
      fmt::format("Whoever still says {} fails from that moment on.", rename.relation->relname),
      "Leave a view of the old name behind in the same transaction, and drop it when nobody uses it any more.");
}

}  // namespace

const Rule renameTable{
    .info = {"rename-table", Severity::Warning, "a table gets another name while applications use the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
