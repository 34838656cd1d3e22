#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.rewrites, look);
  const auto changed = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType);
  if (tables.empty() || changed.empty()) return;
  remarks.add(
      fmt::format(
          "The new type of column {} is stored differently: {} is written anew with all its indexes, and nobody can "
          "read or write it meanwhile.",
          changed.front()->name, listed(tables)),
      "Add a column of the new type, keep it in step by a trigger, fill it in batches, and swap the names in a short "
      "transaction.");
}

}  // namespace

const Rule changeTypeRewrites{
    .info = {"change-type-rewrites", Severity::Warning, "a change of type makes the server write the whole table anew"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
