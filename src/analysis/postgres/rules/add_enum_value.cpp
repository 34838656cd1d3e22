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
  if (*alter.old_val != '\0' || *alter.new_val_neighbor != '\0' ||
      look.history.made(db::ObjectReference::Kind::Type, name.schema, name.name))
    return;
  remarks.add(fmt::format("'{}' sorts behind all other values of {}, and it can neither be moved nor removed.",
                          alter.new_val, name.name),
              "Say BEFORE or AFTER where the order means something; a lookup table lets values go again.");
}

}  // namespace

const Rule addEnumValue{
    .info = {"add-enum-value", Severity::Info, "a value is added to an enum, which keeps it for ever"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
