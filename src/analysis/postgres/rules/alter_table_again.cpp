#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return;
  for (const auto* worked : {&look.effects.rewrites, &look.effects.scans}) {
    for (const RelationName& table : ofOthers(*worked, look)) {
      // What is only looked into on the way, for a foreign key, can't be part of the same ALTER TABLE.
      if (table.name != look.tree.alter_table_stmt->relation->relname) continue;
      const auto before = look.history.worked().find(table);
      if (before == look.history.worked().end() || before->second != look.statement.kind) continue;
      remarks.add(
          fmt::format("An ALTER TABLE of the same transaction has gone through all of {} already, and this does it "
                      "again.",
                      table.text()),
          "Put the actions into one ALTER TABLE, with commas between them: the server goes through the table "
          "once.");
      return;
    }
  }
}

}  // namespace

const Rule alterTableAgain{
    .info = {"alter-table-again", Severity::Warning, "a table is read or written in full more than once"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
