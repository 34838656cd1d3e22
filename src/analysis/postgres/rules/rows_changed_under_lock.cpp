#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto* held = look.history.heldFromReaders();
  if (held == nullptr || rowChanges(look).empty()) return;
  remarks.add(fmt::format("`{}` before it holds {} so that nobody can read it, until all these rows are done.",
                          held->second.by, held->first.text()),
              "Change the rows in a migration of their own, in batches.");
}

}  // namespace

const Rule rowsChangedUnderLock{.info = {"rows-changed-under-lock", Severity::Warning,
                                         "rows are changed while a table is locked by the same transaction"},
                                .check = check};

}  // namespace hotswap::analysis::postgres::rules
