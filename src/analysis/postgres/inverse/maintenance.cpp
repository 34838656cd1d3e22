// What changes nothing that a schema is made of has nothing to undo.
#include "analysis/postgres/inverse/families.h"

namespace hotswap::analysis::postgres {

namespace {

void invertCluster(const PgQuery__ClusterStmt& statement, WayBack& way) {
  if (statement.relation == nullptr || *statement.indexname == '\0') return;
  const Relation* table = way.before.lookUp(statement.relation->schemaname, statement.relation->relname);
  if (table == nullptr || !table->known) return way.missDefinition("the order of the table");
  for (const Relation* index : way.before.indexesOf(table->id)) {
    if (!index->index.clustered) continue;
    if (index->name != statement.indexname)
      way.alter(*table, way.action(PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn, index->name));
    return;
  }
  way.alter(*table, way.action(PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster));
}

void invertRefresh(const PgQuery__RefreshMatViewStmt& statement, WayBack& way) {
  const Relation* view = way.before.lookUp(statement.relation->schemaname, statement.relation->relname);
  if (view == nullptr || !view->known) return way.missDefinition("whether the view had rows");
  const bool has = statement.skip_data == 0;
  if (view->populated == has) return;
  auto* back = way.trees.make(pg_query__refresh_mat_view_stmt__init);
  back->relation = way.trees.range(*view);
  back->skip_data = has ? 1 : 0;
  way.run(way.trees.node(back));
}

}  // namespace

bool invertMaintenance(const PgQuery__Node& statement, WayBack& way) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_CLUSTER_STMT: invertCluster(*statement.cluster_stmt, way); return true;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT: invertRefresh(*statement.refresh_mat_view_stmt, way); return true;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
    case PG_QUERY__NODE__NODE_CHECK_POINT_STMT:
    case PG_QUERY__NODE__NODE_LOCK_STMT:
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
    case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT:
    case PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT:
    case PG_QUERY__NODE__NODE_LISTEN_STMT:
    case PG_QUERY__NODE__NODE_UNLISTEN_STMT:
    case PG_QUERY__NODE__NODE_NOTIFY_STMT:
    case PG_QUERY__NODE__NODE_DISCARD_STMT:
    case PG_QUERY__NODE__NODE_PREPARE_STMT:
    case PG_QUERY__NODE__NODE_DEALLOCATE_STMT:
    case PG_QUERY__NODE__NODE_LOAD_STMT:
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT: return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
