#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.rewrites, look);
  const auto added = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn);
  if (tables.empty() || added.empty()) return;
  remarks.add(
      fmt::format(
          "Column {} needs a value of its own in every row: {} is written anew, and nobody can read or write it "
          "meanwhile.",
          added.front()->def->column_def->colname, listed(tables)),
      "Add the column without its default, then set the default for rows to come, and fill the present rows in "
      "batches.");
}

}  // namespace

const Rule addColumnRewrites{
    .info = {"add-column-rewrites", Severity::Warning, "a new column makes the server write the whole table anew"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
