#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint).empty()) return;
  const auto tables = ofOthers(look.effects.scans, look);
  for (const Past* past : look.inTransaction()) {
    for (const RelationLock& lock : past->effects.locks) {
      const bool isScanned = std::ranges::find(tables, lock.object) != tables.end();
      if (!isScanned || lock.own || !blocksWrites(lock.mode)) continue;
      remarks.add(
          fmt::format(
              "{} is still locked by `{}` of the same transaction, so that others wait while all rows are read.",
              lock.object.text(), past->statement.kind),
          "Validate in a transaction of its own, in a later migration or with transaction=false.");
      return;
    }
  }
}

}  // namespace

const Rule validateUnderLock{
    .info = {"validate-under-lock", Severity::Warning, "a constraint is validated in the transaction that added it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
