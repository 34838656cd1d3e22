#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_CREATE_STMT || look.tree.create_stmt->partbound == nullptr) return;
  const auto tables = ofOthers(look.effects.scans, look);
  if (tables.empty()) return;
  remarks.add(
      fmt::format("Every row of {} is read to see that none belongs to the new partition, and nobody can use the "
                  "partitioned table meanwhile.",
                  listed(tables)),
      "Give the default partition a CHECK that excludes the new bounds, validated beforehand; or have no default "
      "partition.");
}

}  // namespace

const Rule defaultPartitionScanned{.info = {"default-partition-scanned", Severity::Warning,
                                            "the default partition is read in full to make room for a new one"},
                                   .check = check};

}  // namespace hotswap::analysis::postgres::rules
