#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  constexpr std::int64_t most = 100'000;
  if (rowChanges(look).empty()) return;
  for (const RelationName& name : look.effects.scans) {
    const Relation* table = look.before.find(name.schema, name.name);
    if (table == nullptr || table->own || table->rows < most) continue;
    remarks.add(
        fmt::format("It goes through all {} rows of {} in one transaction: locks on what it changes are held until "
                    "the end, and replicas get everything at once.",
                    table->rows, name.text()),
        "Go through the table in batches by its key, each in a transaction of its own.");
    return;
  }
}

}  // namespace

const Rule manyRowsChanged{
    .info = {"many-rows-changed", Severity::Warning, "one statement goes through a big table to change rows"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
