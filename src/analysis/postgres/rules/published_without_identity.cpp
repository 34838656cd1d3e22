#include <fmt/format.h>

#include "analysis/postgres/rules/rules.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rules {

namespace {

namespace tree = db::postgres;

tree::Nodes publishedBy(const PgQuery__Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT)
    return tree::nodes(node.create_publication_stmt->n_pubobjects, node.create_publication_stmt->pubobjects);
  if (node.node_case == PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT &&
      node.alter_publication_stmt->action != PG_QUERY__ALTER_PUBLICATION_ACTION__AP_DropObjects)
    return tree::nodes(node.alter_publication_stmt->n_pubobjects, node.alter_publication_stmt->pubobjects);
  return {};
}

void check(const Look& look, Remarks& remarks) {
  for (const auto* node : publishedBy(look.tree)) {
    const auto* named = node->publication_obj_spec->pubtable;
    if (named == nullptr || named->relation == nullptr) continue;
    const Relation* table = look.before.lookUp(named->relation->schemaname, named->relation->relname);
    if (table == nullptr || !table->known || table->replicaIdentity != 'd' || table->primaryKey() != nullptr) continue;
    remarks.addIfItStays(
        [id = table->id](const KnownSchema& end) {
          const Relation* left = end.find(id);
          return left != nullptr && left->replicaIdentity == 'd' && left->primaryKey() == nullptr;
        },
        fmt::format("From now on UPDATE and DELETE on {} fail: without a primary key nobody can say which row it was.",
                    nameOf(*table).text()),
        "Give the table a primary key, or a REPLICA IDENTITY, before it is published; or publish inserts alone.");
  }
}

}  // namespace

const Rule publishedWithoutIdentity{
    .info = {"published-without-identity", Severity::Warning, "a table is published whose rows can't be told apart"},
    .check = check};

}  // namespace hotswap::analysis::postgres::rules
