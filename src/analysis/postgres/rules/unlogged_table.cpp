#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const char* name = nullptr;
  if (look.tree.node_case == PG_QUERY__NODE__NODE_CREATE_STMT) {
    const PgQuery__RangeVar& range = *look.tree.create_stmt->relation;
    if (*range.relpersistence == 'u') name = range.relname;
  } else if (!actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged).empty()) {
    name = look.tree.alter_table_stmt->relation->relname;
  }
  if (name == nullptr) return;
  remarks.add(fmt::format("After a crash of the server {} is empty, and standbys never see its rows.", name),
              "Leave it logged, unless its rows can be made again at any time.");
}

}  // namespace

const Rule unloggedTable{
    .info = {"unlogged-table", Severity::Warning, "a table is unlogged: empty after a crash, and not on any replica"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
