#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const auto tables = ofOthers(look.effects.scans, look);
  if (actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition).empty() || tables.empty()) return;
  remarks.add(fmt::format("Every row of {} is read to see that it belongs there, and nobody can use it meanwhile.",
                          listed(tables)),
              "Give the table a CHECK that says what the partition's bounds say, validated beforehand: the reading is "
              "spared then.");
}

}  // namespace

const Rule attachPartitionScans{
    .info = {"attach-partition-scans", Severity::Warning, "a table is read in full to be attached as a partition"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
