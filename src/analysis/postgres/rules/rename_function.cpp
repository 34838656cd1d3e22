#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  switch (rename.rename_type) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION:
    case PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE: break;
    default: return;
  }
  const auto* function = rename.object->object_with_args;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(function->n_objname, function->objname)));
  if (look.history.made(db::ObjectReference::Kind::Function, name.schema, name.name)) return;
  remarks.addIfItStays(
      [name](const KnownSchema& end) { return end.routine(name.schema, name.name) == nullptr; },
      fmt::format("Whoever calls {} fails from that moment on, bodies of other functions among them.", name.name),
      "CREATE FUNCTION under the new name, let the old one call it, and drop the old one when nobody calls it.");
}

}  // namespace

const Rule renameFunction{
    .info = {"rename-function", Severity::Warning, "a function gets another name while others call it by the old one"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
