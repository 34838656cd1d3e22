#include <fmt/format.h>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// What a REINDEX goes through that names no table.
std::string wholeOf(const PgQuery__ReindexStmt& reindex) {
  switch (reindex.kind) {
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA: return fmt::format("any table of {}", reindex.name);
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM: return "the catalog";
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_DATABASE: return "any table of the database";
    default: return {};
  }
}

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_REINDEX_STMT) return;
  const PgQuery__ReindexStmt& reindex = *look.tree.reindex_stmt;
  if (db::postgres::optionOn(db::postgres::nodes(reindex.n_params, reindex.params), "concurrently")) return;
  const RelationLock* lock = blocksWritesOf(look);
  std::string what = wholeOf(reindex);
  if (what.empty() && lock != nullptr) what = lock->object.text();
  if (what.empty()) return;
  remarks.add(
      fmt::format("Nobody can write to {} while its indexes are built, and queries that would use them wait.", what),
      "REINDEX … CONCURRENTLY, outside of a transaction.");
}

}  // namespace

const Rule reindexBlocks{
    .info = {"reindex-blocks", Severity::Warning, "an index is built anew while nobody can write to its table"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
