#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.type.schema != "pg_catalog" || column.type.name != "json") continue;
    remarks.addAt(
        column.definition->location,
        fmt::format("Values of {} can't be compared: DISTINCT, GROUP BY and UNION over it fail.", column.name),
        "Use jsonb, which compares, can be indexed and is read without being parsed again.");
  }
}

}  // namespace

const Rule jsonColumn{.info = {"json-column", Severity::Warning, "a column is of type json, which has no equality"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
