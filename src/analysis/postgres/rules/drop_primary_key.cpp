#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT || !look.effects.failure.empty()) return;
  const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
  const Relation* table = look.before.lookUp(range.schemaname, range.relname);
  if (table == nullptr || table->own || table->primaryKey() == nullptr) return;
  const Relation* left = look.after.find(table->id);
  if (left == nullptr || left->primaryKey() != nullptr) return;
  remarks.addIfItStays(
      [id = table->id](const KnownSchema& end) {
        return end.find(id) != nullptr && end.find(id)->primaryKey() == nullptr;
      },
      fmt::format("Rows of {} can't be told apart any more: where it is published, UPDATE and DELETE fail at once.",
                  nameOf(*table).text()),
      "Build the index of the new key with CREATE UNIQUE INDEX CONCURRENTLY, then drop the old key and add the new one "
      "USING INDEX in one ALTER TABLE.");
}

}  // namespace

const Rule dropPrimaryKey{.info = {"drop-primary-key", Severity::Warning, "a table loses its primary key"},
                          .check = check};

}  // namespace hotswap::analysis::postgres::rules
