#include <string>
#include <utility>

#include "db/postgres/postgres_index_shape.h"
#include "db/postgres/postgres_statement.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::db::postgres {

namespace {

using Kind = ObjectReference::Kind;

void describeCreate(const PgQuery__IndexStmt& create, Statement& statement) {
  statement.kind = "CREATE INDEX";
  const ObjectReference table = relation(*create.relation);
  statement.needs.push_back(table);
  const auto needColumns = [&](Nodes elements) {
    for (const auto* element : elements) {
      if (*element->index_elem->name != '\0')
        statement.needs.push_back(partOf(table, Kind::Column, element->index_elem->name));
    }
  };
  needColumns(nodes(create.n_index_params, create.index_params));
  needColumns(nodes(create.n_index_including_params, create.index_including_params));
  if (*create.idxname != '\0') {
    // An index always stands in the schema of its table.
    ObjectReference index = partOf(table, Kind::Index, create.idxname);
    index.ifExists = create.if_not_exists != 0;
    statement.makes.push_back(std::move(index));
  }
  statement.indexShape = indexShape(create);
  if (create.concurrent == 0) return;
  statement.transactional = false;
  statement.lockClass = LockClass::Weak;
  // A unique index refuses rows that were welcome before.
  statement.additive = create.unique == 0;
  statement.concurrentBuild = ConcurrentBuild{ConcurrentBuild::Kind::Create, table.schema, table.name, create.idxname};
}

void describeReindex(const PgQuery__ReindexStmt& reindex, Statement& statement) {
  statement.kind = "REINDEX";
  statement.rewrites = true;
  const bool isIndex = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX;
  const bool isTable = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE;
  ConcurrentBuild build{ConcurrentBuild::Kind::Reindex, {}, {}, {}};
  if (reindex.relation != nullptr) {
    const ObjectReference object = relation(*reindex.relation, isIndex ? Kind::Index : Kind::Table);
    build.schema = object.schema;
    (isIndex ? build.index : build.table) = object.name;
    statement.needs.push_back(object);
  } else if (reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA) {
    build.schema = reindex.name;
    statement.needs.push_back(reference(Kind::Schema, {"", reindex.name}));
  }
  const bool concurrent = optionOn(nodes(reindex.n_params, reindex.params), "concurrently");
  // A partitioned index or table can't be done in a transaction either, but only the catalog knows which those are.
  statement.transactional = !concurrent && (isIndex || isTable);
  if (!concurrent) return;
  statement.lockClass = LockClass::Weak;
  statement.rewrites = false;
  statement.concurrentBuild = std::move(build);
}

void describeVacuum(const PgQuery__VacuumStmt& vacuum, Statement& statement) {
  const auto options = nodes(vacuum.n_options, vacuum.options);
  statement.kind = vacuum.is_vacuumcmd != 0 ? "VACUUM" : "ANALYZE";
  statement.transactional = vacuum.is_vacuumcmd == 0;
  const bool full = vacuum.is_vacuumcmd != 0 && optionOn(options, "full");
  statement.lockClass = full ? LockClass::Strong : LockClass::Weak;
  statement.rewrites = full;
  for (const auto* item : nodes(vacuum.n_rels, vacuum.rels)) {
    const auto* relationItem = item->vacuum_relation;
    if (relationItem->relation == nullptr) continue;
    const ObjectReference table = relation(*relationItem->relation);
    statement.needs.push_back(table);
    for (const std::string& column : stringsOf(nodes(relationItem->n_va_cols, relationItem->va_cols))) {
      statement.needs.push_back(partOf(table, Kind::Column, column));
    }
  }
}

void describeCluster(const PgQuery__ClusterStmt& cluster, Statement& statement) {
  statement.kind = "CLUSTER";
  statement.rewrites = true;
  statement.transactional = cluster.relation != nullptr;
  if (cluster.relation == nullptr) return;
  const ObjectReference table = relation(*cluster.relation);
  statement.needs.push_back(table);
  if (*cluster.indexname != '\0') statement.needs.push_back(reference(Kind::Index, {table.schema, cluster.indexname}));
}

}  // namespace

bool describeIndex(const PgQuery__Node& node, Statement& statement) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT: describeCreate(*node.index_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_REINDEX_STMT: describeReindex(*node.reindex_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_VACUUM_STMT: describeVacuum(*node.vacuum_stmt, statement); return true;
    case PG_QUERY__NODE__NODE_CLUSTER_STMT: describeCluster(*node.cluster_stmt, statement); return true;
    default: return false;
  }
}

}  // namespace hotswap::db::postgres
