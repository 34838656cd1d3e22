#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto* held = look.history.heldFromReaders();
  if (held == nullptr || !rowChanges(look).empty()) return;
  if (!actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint).empty()) return;
  std::vector<RelationName> worked = ofOthers(look.effects.rewrites, look);
  for (const RelationName& table : ofOthers(look.effects.scans, look)) worked.push_back(table);
  std::erase(worked, held->first);
  if (worked.empty()) return;
  remarks.add(fmt::format("While it goes through {}, nobody can read {}, which `{}` before it has locked.",
                          listed(worked), held->first.text(), held->second.by),
              "Put the short statement into a transaction of its own, after the long one.");
}

}  // namespace

const Rule workUnderLock{.info = {"work-under-lock", Severity::Warning,
                                  "a long statement runs while a table is locked by the same transaction"},
                         .check = check};

}  // namespace hotswap::analysis::postgres::rules
