#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    if (column.type.schema != "pg_catalog" || column.type.name != "bpchar") continue;
    remarks.addAt(
        column.definition->location,
        fmt::format("Values of {} are filled up with blanks, which count in some comparisons and not in others.",
                    column.name),
        "Use text, with a CHECK on the length where that is part of the meaning.");
  }
}

}  // namespace

const Rule charType{.info = {"char-type", Severity::Info, "a column is padded with blanks"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
