#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_ENUM_STMT) return;
  const PgQuery__CreateEnumStmt& create = *look.tree.create_enum_stmt;
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(create.n_type_name, create.type_name)));
  remarks.add(fmt::format("To take a value out of {} later, a new type is made and every table that has it is written "
                          "anew.",
                          name.name),
              "Where values come and go, use text with a CHECK, or a lookup table with a foreign key.");
}

}  // namespace

const Rule createEnum{.info = {"create-enum", Severity::Info, "a new type is an enum, whose values can't be removed"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
