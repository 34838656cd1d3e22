#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const PgQuery__AlterTableCmd* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)) {
    const PgQuery__ColumnDef& column = *command->def->column_def;
    bool isRequired = false;
    bool isFilled = false;
    for (std::size_t i = 0; i < column.n_constraints; ++i) {
      const auto type = column.constraints[i]->constraint->contype;
      isRequired =
          isRequired || type == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL || type == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
      isFilled = isFilled || type == PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT ||
                 type == PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY || type == PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED;
    }
    const PgQuery__RangeVar& table = *look.tree.alter_table_stmt->relation;
    if (!isRequired || isFilled || db::postgres::isSerial(*column.type_name)) continue;
    if (ofOthers({{table.schemaname, table.relname}}, look).empty()) continue;
    remarks.add(fmt::format("As soon as {} has a row, this fails: the new column {} would be null in it.",
                            table.relname, column.colname),
                "Give it a constant default, or add it without NOT NULL, fill it, and set NOT NULL by way of a check.");
  }
}

}  // namespace

const Rule notNullWithoutDefault{.info = {"not-null-without-default", Severity::Warning,
                                          "a NOT NULL column without a default is added to a table that has rows"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
