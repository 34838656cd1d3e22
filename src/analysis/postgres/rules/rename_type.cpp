#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
  const PgQuery__RenameStmt& rename = *look.tree.rename_stmt;
  const bool isAttribute = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE;
  const bool isType = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
                      rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN;
  if (!isAttribute && !isType) return;
  const auto name = isAttribute ? tree::QualifiedName{rename.relation->schemaname, rename.relation->relname}
                                : tree::qualified(tree::stringsOf(rename.object));
  if (look.history.made(db::ObjectReference::Kind::Type, name.schema, name.name)) return;
  remarks.add(fmt::format("Casts and declarations that say {}{}{} fail from that moment on.", name.name,
                          isAttribute ? "." : "", isAttribute ? rename.subname : ""),
              "Leave the name as it is, or make a new type and move columns over to it.");
}

}  // namespace

const Rule renameType{.info = {"rename-type", Severity::Warning,
                               "a type or an attribute of it gets another name while applications use the old one"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
