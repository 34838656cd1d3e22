#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const RowChange& change : rowChanges(look)) {
    if (change.kind != RowChange::Kind::Delete) continue;
    const Relation* table = look.before.lookUp(change.table->schemaname, change.table->relname);
    if (table == nullptr) continue;
    for (const auto& [child, key] : look.before.foreignKeysTo(table->id)) {
      const bool scanned = std::ranges::find(look.effects.scans, nameOf(*child)) != look.effects.scans.end();
      if (!scanned || child->own) continue;
      remarks.add(fmt::format("For each deleted row the server reads all of {}, where no index begins with {}.",
                              nameOf(*child).text(), key->columns.empty() ? key->name : key->columns.front()),
                  "CREATE INDEX CONCURRENTLY on the referring columns first.");
    }
  }
}

}  // namespace

const Rule deleteScansReferring{.info = {"delete-scans-referring", Severity::Warning,
                                         "a delete reads whole tables that refer to the one it deletes from"},
                                .check = check};

}  // namespace hotswap::analysis::postgres::rules
