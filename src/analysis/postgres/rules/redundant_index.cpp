#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

/// Plain columns in the default order, so that names alone tell what it finds.
bool isPlain(const PgQuery__IndexStmt& create) {
  const std::string_view method = create.access_method;
  if (create.unique != 0 || create.where_clause != nullptr || create.n_index_including_params > 0 ||
      (method != "btree" && !method.empty()))
    return false;
  return std::ranges::all_of(tree::nodes(create.n_index_params, create.index_params), [](const PgQuery__Node* node) {
    const PgQuery__IndexElem& element = *node->index_elem;
    return element.expr == nullptr && element.n_collation == 0 && element.n_opclass == 0 &&
           element.ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DEFAULT;
  });
}

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT || !isPlain(*look.tree.index_stmt)) return;
  const PgQuery__IndexStmt& create = *look.tree.index_stmt;
  const Relation* table = look.before.lookUp(create.relation->schemaname, create.relation->relname);
  if (table == nullptr || !look.effects.failure.empty()) return;
  std::vector<std::string> keys;
  for (const auto* node : tree::nodes(create.n_index_params, create.index_params))
    keys.emplace_back(node->index_elem->name);
  for (const Relation* index : look.before.indexesOf(table->id)) {
    const IndexShape& shape = index->index;
    const bool covers = shape.valid && !shape.partial && shape.ordinary && shape.method == "btree" &&
                        shape.keys.size() >= keys.size() && std::equal(keys.begin(), keys.end(), shape.keys.begin());
    // Twins in a database are duplicate-index's.
    const bool isTwin = shape.keys.size() == keys.size() && !shape.unique && look.before.complete;
    if (!covers || isTwin || index->name == create.idxname) continue;
    remarks.addIfItStays([id = index->id](const KnownSchema& end) { return end.find(id) != nullptr; },
                         fmt::format("{} begins with the same columns and serves the same queries.", index->name),
                         "Leave it out; or drop the longer one in the same migration.");
    return;
  }
}

}  // namespace

const Rule redundantIndex{
    .info = {"redundant-index", Severity::Warning, "an index begins another index that is there already"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
