#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint).empty()) return;
  for (const RelationName& table : ofOthers(look.effects.scans, look)) {
    const auto held = look.history.held().find(table);
    if (held == look.history.held().end()) continue;
    remarks.add(
        fmt::format("{} is still locked by `{}` of the same transaction, so that others wait while all rows are read.",
                    table.text(), held->second.by),
        "Validate in a transaction of its own, in a later migration or with transaction=false.");
    return;
  }
}

}  // namespace

const Rule validateUnderLock{
    .info = {"validate-under-lock", Severity::Warning, "a constraint is validated in the transaction that added it"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
