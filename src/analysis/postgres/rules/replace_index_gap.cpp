#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/rules/rules.h"

namespace hotswap::analysis::postgres::rules {

namespace {

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_INDEX_STMT) return;
  const PgQuery__IndexStmt& create = *look.tree.index_stmt;
  const Relation* table = look.before.lookUp(create.relation->schemaname, create.relation->relname);
  if (table == nullptr || table->own || create.n_index_params == 0) return;
  const std::string first = create.index_params[0]->index_elem->name;
  for (const History::Dropped& gone : look.history.dropped()) {
    const IndexShape& shape = gone.relation->index;
    const bool replaces =
        shape.table == table->id && !shape.keys.empty() && !first.empty() && shape.keys.front() == first;
    if (!replaces || gone.unit == look.history.unit()) continue;
    remarks.add(fmt::format("{} is gone already: until this one is built, queries by {} read all of {}.",
                            gone.relation->name, first, nameOf(*table).text()),
                "Build the new index first, under another name; drop the old one afterwards, and rename the new one if "
                "need be.");
    return;
  }
}

}  // namespace

const Rule replaceIndexGap{.info = {"replace-index-gap", Severity::Warning,
                                    "an index is dropped before the one that takes its place is built"},
                           .check = check};

}  // namespace hotswap::analysis::postgres::rules
