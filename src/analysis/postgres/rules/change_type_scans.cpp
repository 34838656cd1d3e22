#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto changed = actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType);
  const RelationLock* lock = blocksReadsOf(look);
  if (changed.empty() || lock == nullptr || !ofOthers(look.effects.rewrites, look).empty()) return;
  const bool scans = !ofOthers(look.effects.scans, look).empty();
  if (!scans && look.effects.indexBuilds.empty()) return;
  remarks.add(
      fmt::format("The rows of {} are left as they are, but {} for the new type of {}, and nobody can read or "
                  "write the table meanwhile.",
                  lock->object.text(), look.effects.indexBuilds.empty() ? "all are checked" : "indexes are built",
                  changed.front()->name),
      "Drop checks on the column first and add them again NOT VALID, to be validated later; build an index for "
      "the new type on a column of its own.");
}

}  // namespace

const Rule changeTypeScans{.info = {"change-type-scans", Severity::Warning,
                                    "a change of type reads the whole table or builds its indexes anew"},
                           .check = check};

}  // namespace hotswap::analysis::postgres::rules
