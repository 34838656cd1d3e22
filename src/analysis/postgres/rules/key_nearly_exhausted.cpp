#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  constexpr double alarm = 0.8;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || lock.mode < LockMode::ShareUpdateExclusive || look.history.touched(lock.object))
      continue;
    const Relation* table = look.before.find(lock.object.schema, lock.object.name);
    if (table == nullptr || !table->isTable()) continue;
    for (const Relation* sequence : look.before.sequencesOf(table->id)) {
      const Column* column = table->column(sequence->ownerColumn);
      if (column == nullptr || (column->type.name != "int4" && column->type.name != "int2")) continue;
      const double largest = column->type.name == "int4" ? 2147483647.0 : 32767.0;
      const double used = static_cast<double>(sequence->lastValue) / largest;
      if (used < alarm) continue;
      remarks.addIfItStays(
          [id = table->id, name = column->name, type = column->type.name](const KnownSchema& end) {
            const Relation* left = end.find(id);
            const Column* same = left == nullptr ? nullptr : left->column(name);
            return same != nullptr && same->type.name == type;
          },
          fmt::format("{}.{} is {} and has used {:.0f} % of its numbers: at the end inserts fail.",
                      nameOf(*table).text(), column->name, column->type.name, used * 100),
          "Plan the change to bigint now: a new column, a trigger, a fill in batches, and a short swap.");
    }
  }
}

}  // namespace

const Rule keyNearlyExhausted{
    .info = {"key-nearly-exhausted", Severity::Warning, "the numbers of a table's key are nearly used up"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
