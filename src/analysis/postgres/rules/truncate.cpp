#include <fmt/format.h>

#include <set>

#include "analysis/postgres/rules/reading.h"
#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

/// Tables that CASCADE empties without their being named, or being partitions of one that is.
std::vector<RelationName> victims(const std::vector<RelationName>& emptied, const Look& look) {
  const PgQuery__TruncateStmt& statement = *look.tree.truncate_stmt;
  std::set<ObjectId> named;
  for (const auto* node : db::postgres::nodes(statement.n_relations, statement.relations)) {
    const Relation* table = look.before.lookUp(node->range_var->schemaname, node->range_var->relname);
    if (table == nullptr) continue;
    named.insert(table->id);
    for (const Relation* below : look.before.descendantsOf(table->id)) named.insert(below->id);
  }
  std::vector<RelationName> others;
  for (const RelationName& name : emptied) {
    const Relation* table = look.before.find(name.schema, name.name);
    if (table != nullptr && !named.contains(table->id)) others.push_back(name);
  }
  return others;
}

void check(const Look& look, Remarks& remarks) {
  if (look.tree.node_case != PG_QUERY__NODE__NODE_TRUNCATE_STMT) return;
  std::vector<RelationName> tables;
  for (const DataLoss& loss : look.effects.dataLoss) tables.push_back(loss.relation);
  tables = ofOthers(tables, look);
  if (tables.empty()) return;
  std::string message = fmt::format(
      "All rows of {} are gone, and nobody can read or write there until the transaction ends.", listed(tables));
  if (const auto more = victims(tables, look); !more.empty())
    message += fmt::format(" CASCADE reaches {}, which the statement doesn't name.", listed(more));
  remarks.add(std::move(message),
              "Delete in batches what is not needed, or keep the table under another name for a while.");
}

}  // namespace

const Rule truncate{.info = {"truncate", Severity::Warning, "all rows of a table are removed"}, .check = check};

}  // namespace hotswap::analysis::postgres::rules
