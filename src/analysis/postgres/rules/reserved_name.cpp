#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/identifiers.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Names that the statement gives to tables and columns.
std::vector<std::string> givenNames(const Look& look) {
  std::vector<std::string> names;
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.isNew) names.push_back(column.name);
  }
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT)
    names.emplace_back(look.tree.create_stmt->relation->relname);
  if (look.tree.node_case == PG_QUERY__NODE__NODE_RENAME_STMT) names.emplace_back(look.tree.rename_stmt->newname);
  return names;
}

void check(const Look& look, Remarks& remarks) {
  for (const std::string& name : givenNames(look)) {
    if (!db::postgres::isReserved(name)) continue;
    remarks.add(
        fmt::format("{} has to stand in double quotes wherever it is used, and is a syntax error elsewhere.", name),
        "Take a name that isn't a word of SQL: app_user, position_in_list.");
  }
}

}  // namespace

const Rule reservedName{.info = {"reserved-name", Severity::Info, "a name is a reserved word"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
