#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  const bool changes = look.tree.node_case == PG_QUERY__NODE__NODE_UPDATE_STMT ||
                       look.tree.node_case == PG_QUERY__NODE__NODE_DELETE_STMT ||
                       look.tree.node_case == PG_QUERY__NODE__NODE_INSERT_STMT;
  if (!changes) return;
  for (const Past* past : look.inTransaction()) {
    for (const RelationLock& lock : past->effects.locks) {
      if (lock.own || lock.index || !blocksReads(lock.mode)) continue;
      remarks.add(fmt::format("`{}` before it holds {} so that nobody can read it, until all these rows are done.",
                              past->statement.kind, lock.object.text()),
                  "Change the rows in a migration of their own, in batches.");
      return;
    }
  }
}

}  // namespace

const Rule rowsChangedUnderLock{.info = {"rows-changed-under-lock", Severity::Warning,
                                         "rows are changed while a table is locked by the same transaction"},
                                .check = check};

}  // namespace hotswap::analysis::postgres::rules
