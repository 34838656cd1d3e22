#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  const auto set = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull);
  if (tables.empty() || set.empty()) return;
  remarks.add(
      fmt::format(
          "Every row of {} is read to see that {} is never null, and nobody can read or write the table meanwhile.",
          listed(tables), set.front()->name),
      "Add CHECK (column IS NOT NULL) NOT VALID, validate it in a transaction of its own, then SET NOT NULL: it trusts "
      "the check.");
}

}  // namespace

const Rule setNotNullScans{
    .info = {"set-not-null-scans", Severity::Warning, "SET NOT NULL reads the whole table while nobody can use it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
