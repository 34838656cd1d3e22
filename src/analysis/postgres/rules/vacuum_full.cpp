#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const bool isVacuum = look.tree.node_case == PG_QUERY__NODE__NODE_VACUUM_STMT;
  const bool isCluster = look.tree.node_case == PG_QUERY__NODE__NODE_CLUSTER_STMT;
  if ((!isVacuum && !isCluster) || blocksReadsOf(look) == nullptr) return;
  remarks.add(
      fmt::format("{} is written anew, and nobody can read or write it meanwhile.", blocksReadsOf(look)->object.text()),
      "VACUUM without FULL makes the room usable again; to give it back to the disk, use a tool that copies beside the "
      "traffic.");
}

}  // namespace

const Rule vacuumFull{.info = {"vacuum-full", Severity::Warning, "a table is written anew to make it smaller"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
