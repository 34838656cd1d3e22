#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// The published table that the statement gives another shape, nothing where it does not.
const Relation* reshaped(const Look& look) {
  const PgQuery__RangeVar* range = nullptr;
  for (const auto type : {PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn, PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn,
                          PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType}) {
    if (!actions(look, type).empty()) range = look.tree.alter_table_stmt->relation;
  }
  if (look.tree.node_case == PG_QUERY__NODE__NODE_RENAME_STMT) {
    const auto type = look.tree.rename_stmt->rename_type;
    if (type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN || type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE)
      range = look.tree.rename_stmt->relation;
  }
  const Relation* table = range == nullptr ? nullptr : look.before.lookUp(range->schemaname, range->relname);
  return table == nullptr || table->own || table->publications.empty() ? nullptr : table;
}

void check(const Look& look, Remarks& remarks) {
  const Relation* table = reshaped(look);
  if (table == nullptr) return;
  remarks.add(
      fmt::format("Publication {} goes on with the new shape of {}, and a subscriber that has the old one stops "
                  "with the first row that doesn't fit.",
                  table->publications.front(), nameOf(*table).text()),
      "Add columns at the subscriber first, then here; drop them here first, then there.");
}

}  // namespace

const Rule publishedTableChanged{.info = {"published-table-changed", Severity::Warning,
                                          "a published table gets another shape, which subscribers don't follow"},
                                 .check = check};

}  // namespace hotswap::analysis::postgres::rules
