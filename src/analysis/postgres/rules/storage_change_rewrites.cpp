#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.rewrites, look);
  if (tables.empty()) return;
  for (const auto type :
       {PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged, PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged,
        PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace, PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod}) {
    if (actions(look, type).empty()) continue;
    remarks.add(fmt::format("{} is written anew, and nobody can read or write it meanwhile.", listed(tables)),
                "Copy it into a new table beside the traffic, and swap the names.");
    return;
  }
}

}  // namespace

const Rule storageChangeRewrites{.info = {"storage-change-rewrites", Severity::Warning,
                                          "a change of storage makes the server write the whole table anew"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
