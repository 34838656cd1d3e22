#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT || !look.effects.failure.empty()) return;
  const PgQuery__RangeVar& range = *look.tree.create_stmt->relation;
  const Relation* table = look.after.lookUp(range.schemaname, range.relname);
  if (table == nullptr) return;
  for (const History::Dropped& gone : look.history.dropped()) {
    const Relation& former = *gone.relation;
    if (former.own || !former.isTable() || former.name != table->name) continue;
    if (!former.schema.empty() && former.schema != table->schema) continue;
    remarks.add(
        fmt::format("This {} is another table: it has no rows, and no privileges, publications or statistics "
                    "either.",
                    nameOf(*table).text()),
        "ALTER TABLE changes the table that is there; or make the new one beside it, copy, and swap the names.");
    return;
  }
}

}  // namespace

const Rule recreateTable{
    .info = {"recreate-table", Severity::Warning, "a table is dropped and made anew, without its rows"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
