#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Without a name the statement goes through every table of the database.
bool reachesAllTables(const PgQuery__Node& tree) {
  if (tree.node_case == PG_QUERY__NODE__NODE_CLUSTER_STMT) return tree.cluster_stmt->relation == nullptr;
  const PgQuery__VacuumStmt& vacuum = *tree.vacuum_stmt;
  return vacuum.is_vacuumcmd != 0 && vacuum.n_rels == 0 &&
         db::postgres::optionOn(db::postgres::nodes(vacuum.n_options, vacuum.options), "full");
}

void check(const Look& look, Remarks& remarks) {
  const bool isVacuum = look.tree.node_case == PG_QUERY__NODE__NODE_VACUUM_STMT;
  const bool isCluster = look.tree.node_case == PG_QUERY__NODE__NODE_CLUSTER_STMT;
  if (!isVacuum && !isCluster) return;
  const bool all = reachesAllTables(look.tree);
  const RelationLock* lock = blocksReadsOf(look);
  if (!all && lock == nullptr) return;
  const std::string tables = !all        ? lock->object.text()
                             : isCluster ? "Every table that was clustered once"
                                         : "Every table of the database";
  remarks.add(fmt::format("{} is written anew, and nobody can read or write it meanwhile.", tables),
              "VACUUM without FULL makes the room usable again; to give it back to the disk, use a tool that copies "
              "beside the traffic.");
}

}  // namespace

const Rule vacuumFull{.info = {"vacuum-full", Severity::Warning, "a table is written anew to make it smaller"},
                      .check = check};

}  // namespace hotswap::analysis::postgres::rules
