#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.type.schema != "pg_catalog" || column.type.name != "timestamp" || !column.isNew) continue;
    remarks.addAt(
        column.definition->location,
        fmt::format("{} holds whatever clock the writer had: now() is stored by the session's TimeZone.", column.name),
        "Use timestamptz, which stores an instant in as many bytes.");
  }
}

}  // namespace

const Rule timestampWithoutTimeZone{
    .info = {"timestamp-without-time-zone", Severity::Info, "a column holds local times without saying where"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
