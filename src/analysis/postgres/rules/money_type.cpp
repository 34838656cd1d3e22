#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.type.schema != "pg_catalog" || column.type.name != "money") continue;
    remarks.addAt(column.definition->location,
                  fmt::format("What {} holds depends on lc_monetary: under another setting the same bytes are another "
                              "currency.",
                              column.name),
                  "Use numeric, and a column for the currency.");
  }
}

}  // namespace

const Rule moneyType{.info = {"money-type", Severity::Warning, "a column is of type money"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
