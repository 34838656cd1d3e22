#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  const bool isView = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
                      rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  if (!isView || !isOfOthers(*rename.relation, look)) return;
  remarks.addIfItStays(
      [name = nameIn(*rename.relation)](const KnownSchema& end) {
        return end.lookUp(name.schema, name.name) == nullptr;
      },
      fmt::format("Whoever still says {} fails from that moment on.", rename.relation->relname),
      "CREATE VIEW under the new name beside the old one, and drop that when nobody uses it any more.");
}

}  // namespace

const Rule renameView{
    .info = {"rename-view", Severity::Warning, "a view gets another name while applications use the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
