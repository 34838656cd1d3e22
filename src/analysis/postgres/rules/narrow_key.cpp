#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

bool isKey(const TypedColumn& column, const Look& look) {
  if (column.definition->type_name != nullptr && tree::isSerial(*column.definition->type_name)) return true;
  for (const auto* node : tree::nodes(column.definition->n_constraints, column.definition->constraints)) {
    if (node->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) return true;
  }
  return std::ranges::any_of(newConstraints(look), [&](const NewConstraint& one) {
    const bool refers = std::ranges::any_of(one.table->constraints, [&](const Constraint& each) {
      return each.kind == Constraint::Kind::ForeignKey && each.columns == one.constraint->columns;
    });
    return one.constraint->kind == Constraint::Kind::PrimaryKey && one.constraint->columns.size() == 1 &&
           one.constraint->columns.front() == column.name && !refers;
  });
}

void check(const Look& look, Remarks& remarks) {
  for (const TypedColumn& column : typedColumns(look)) {
    const bool narrow = column.type.schema == "pg_catalog" && !column.type.array &&
                        (column.type.name == "int4" || column.type.name == "int2");
    if (!narrow || !column.isNew || !isKey(column, look)) continue;
    remarks.addAt(column.definition->location,
                  fmt::format("{} ends at {}: then nothing can be inserted, and a wider type means writing the table "
                              "anew.",
                              column.name, column.type.name == "int4" ? "2147483647" : "32767"),
                  "Use bigint for keys that are counted up.");
  }
}

}  // namespace

const Rule narrowKey{.info = {"narrow-key", Severity::Warning, "a key is of a type that runs out"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
