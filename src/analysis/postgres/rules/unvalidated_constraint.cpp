#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (!look.before.complete || look.effects.locks.empty()) return;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || lock.mode < LockMode::ShareUpdateExclusive || look.history.touched(lock.object))
      continue;
    const Relation* table = look.before.find(lock.object.schema, lock.object.name);
    if (table == nullptr) continue;
    for (const Constraint& constraint : table->constraints) {
      if (constraint.validated) continue;
      remarks.addIfItStays(
          [id = table->id, name = constraint.name](const KnownSchema& end) {
            const Relation* left = end.find(id);
            const Constraint* found = left == nullptr ? nullptr : left->constraint(name);
            return found != nullptr && !found->validated;
          },
          fmt::format("{} of {} holds for new rows alone: old ones may break it, and an update of such a row fails.",
                      constraint.name, nameOf(*table).text()),
          fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {} in a transaction of its own, or drop it.",
                      nameOf(*table).text(), constraint.name));
    }
  }
}

}  // namespace

const Rule unvalidatedConstraint{.info = {"unvalidated-constraint", Severity::Info,
                                          "a table that is changed has a constraint that was never validated"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
