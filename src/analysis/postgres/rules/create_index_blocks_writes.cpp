#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT || look.tree.index_stmt->concurrent != 0) return;
  if (look.effects.indexBuilds.empty()) return;
  for (const RelationLock& lock : look.effects.locks) {
    if (lock.own || lock.index || !blocksWrites(lock.mode)) continue;
    remarks.add(fmt::format("Until the index is built, nobody can write to {}.", lock.object.text()),
                "Build it with CREATE INDEX CONCURRENTLY, outside of a transaction.");
    return;
  }
}

}  // namespace

const Rule createIndexBlocksWrites{
    .info = {"create-index-blocks-writes", Severity::Warning, "an index is built while nobody can write to its table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
