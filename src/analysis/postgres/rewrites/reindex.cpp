#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;

/// The deparser writes REINDEX (CONCURRENTLY), which PostgreSQL 14 brought.
constexpr int optionInParentheses = 140000;

/// The server refuses to build the index of an exclusion constraint anew beside writes.
bool isOfExclusion(const Relation& index, const KnownSchema& schema) {
  const Relation* table = schema.find(index.index.table);
  return table != nullptr && std::ranges::any_of(table->constraints, [&](const Constraint& constraint) {
           return constraint.kind == Constraint::Kind::Exclusion && constraint.index == index.id;
         });
}

/// Those of a table that are left invalid are passed over, so that they would stay so.
bool canGoConcurrently(const PgQuery__ReindexStmt& reindex, const Given& given) {
  const bool ofTable = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE;
  if (!ofTable && reindex.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX)
    return reindex.kind != PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM;
  const Relation* named = relationOf(given, *reindex.relation);
  if (named == nullptr) return true;
  std::vector<const Relation*> below = given.before.descendantsOf(named->id);
  below.push_back(named);
  return std::ranges::all_of(below, [&](const Relation* relation) {
    if (!ofTable) return !isOfExclusion(*relation, given.before);
    return std::ranges::all_of(given.before.indexesOf(relation->id), [&](const Relation* index) {
      return index->index.valid && !isOfExclusion(*index, given.before);
    });
  });
}

bool write(const Given& given, Draft& draft) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_REINDEX_STMT || given.before.serverVersion < optionInParentheses)
    return false;
  const PgQuery__ReindexStmt& reindex = *given.tree.reindex_stmt;
  const auto options = tree::nodes(reindex.n_params, reindex.params);
  if (tree::optionOn(options, "concurrently") || !blocksOthers(given) || !canGoConcurrently(reindex, given))
    return false;
  std::vector<PgQuery__Node*> wanted;
  std::ranges::copy_if(options, std::back_inserter(wanted), [](const PgQuery__Node* option) {
    return std::string_view(option->def_elem->defname) != "concurrently";
  });
  wanted.push_back(draft.trees.parse("REINDEX INDEX CONCURRENTLY i")->reindex_stmt->params[0]);
  PgQuery__Node* node = draft.trees.shallow(given.tree);
  node->reindex_stmt = draft.trees.shallow(reindex);
  node->reindex_stmt->n_params = wanted.size();
  node->reindex_stmt->params = draft.trees.list(wanted);
  draft.stepAlone(node);
  return true;
}

}  // namespace

const Rewrite reindex{.id = "reindex", .rules = {"reindex-blocks"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
