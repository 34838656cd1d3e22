#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const bool data = changesRowsOfOthers(look) && !look.history.schemaChange().empty();
  const bool schema = changesTablesOfOthers(look) && !look.history.dataChange().empty();
  const bool first = look.history.schemaChange().empty() || look.history.dataChange().empty();
  if ((!data && !schema) || !first) return;
  remarks.add(fmt::format("`{}` before it changes {}, this changes {}: going back restores the tables, not the rows.",
                          data ? look.history.schemaChange() : look.history.dataChange(), data ? "tables" : "rows",
                          data ? "rows" : "tables"),
              "Put the change of rows into a migration of its own, which can be run in batches and again.");
}

}  // namespace

const Rule schemaAndDataMixed{
    .info = {"schema-and-data-mixed", Severity::Info, "one script changes tables and their rows"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
