#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  for (const auto* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition)) {
    if (command->def->partition_cmd->concurrent == 0) continue;
    const PgQuery__RangeVar& range = *look.tree.alter_table_stmt->relation;
    const Relation* table = look.before.lookUp(range.schemaname, range.relname);
    const Relation* other = table == nullptr ? nullptr : look.before.defaultPartitionOf(table->id);
    if (other == nullptr) continue;
    remarks.add(fmt::format("The server refuses it: {} has the default partition {}, whose bounds would change.",
                            nameOf(*table).text(), nameOf(*other).text()),
                "DETACH PARTITION without CONCURRENTLY, with a short lock_timeout; or detach the default partition "
                "first.");
  }
}

}  // namespace

const Rule detachBesideDefault{.info = {"detach-beside-default", Severity::Error,
                                        "a partition is detached concurrently from a table with a default partition"},
                               .check = check};

}  // namespace hotswap::analysis::postgres::rules
