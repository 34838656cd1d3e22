#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    if (!tree::isSerial(*column.definition->type_name)) continue;
    remarks.addAt(
        column.definition->location,
        fmt::format("The sequence of {} is an object of its own: who may insert needs a right on it as well, and "
                    "inserts may pass it over.",
                    column.name),
        "Use bigint GENERATED ALWAYS AS IDENTITY (or BY DEFAULT).");
  }
}

}  // namespace

const Rule serialColumn{.info = {"serial-column", Severity::Info, "a column is of a serial pseudo-type"},
                        .check = check};

}  // namespace hotswap::analysis::postgres::rules
