#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_ENUM_STMT) return;
  const PgQuery__AlterEnumStmt& alter = *look.tree.alter_enum_stmt;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(alter.n_type_name, alter.type_name)));
  if (*alter.old_val == '\0' || look.history.made(db::ObjectReference::Kind::Type, name.schema, name.name)) return;
  remarks.add(
      fmt::format("Whoever writes or compares with '{}' of {} fails from that moment on.", alter.old_val, name.name),
      "ALTER TYPE … ADD VALUE with the new name, move rows and applications, and leave the old value unused.");
}

}  // namespace

const Rule renameEnumValue{.info = {"rename-enum-value", Severity::Warning,
                                    "a value of an enum gets another name while applications use the old one"},
                           .check = check};

}  // namespace hotswap::analysis::postgres::rules
