#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    const bool limited =
        column.type.schema == "pg_catalog" && column.type.name == "varchar" && column.type.modifier >= 0;
    if (!limited || !column.isNew) continue;
    remarks.addAt(
        column.definition->location,
        fmt::format("A smaller limit for {} later means reading all rows under a lock, and views over it stand "
                    "in the way of any change.",
                    column.name),
        "Use text with CHECK (length(column) <= n), which can be changed NOT VALID.");
  }
}

}  // namespace

const Rule varcharLength{.info = {"varchar-length", Severity::Info, "a column's length is limited by its type"},
                         .check = check};

}  // namespace hotswap::analysis::postgres::rules
