#include <algorithm>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/queries.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

void renameColumns(std::vector<Column>& columns, const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size() && i < columns.size(); ++i) columns[i].name = names[i];
}

void createView(const PgQuery__ViewStmt& statement, Simulation& simulation) {
  const std::string schemaName = simulation.schemaFor(*statement.view);
  const Relation* existing = simulation.schema.find(schemaName, statement.view->relname);
  if (existing != nullptr && (statement.replace == 0 || existing->kind != RelationKind::View))
    return simulation.fail("relation \"" + existing->name + "\" already exists");
  const ObjectId replaced = existing == nullptr ? 0 : existing->id;
  if (replaced != 0) simulation.lock(replaced, LockMode::AccessExclusive);
  runQuery(*statement.query, QueryUse::Define, simulation);
  if (simulation.failed()) return;
  Relation view;
  if (replaced != 0) view = simulation.at(replaced);
  view.schema = schemaName;
  view.name = statement.view->relname;
  view.kind = RelationKind::View;
  view.replicaIdentity = 'n';
  const std::vector<Column> columns = columnsOf(*statement.query, simulation);
  view.columns = columns;
  renameColumns(view.columns, tree::stringsOf(tree::nodes(statement.n_aliases, statement.aliases)));
  view.sources = sourcesOf(statement.query->base, simulation);
  view.functions = factsOf(statement.query->base, simulation).functions;
  view.options.clear();
  for (const auto* node : tree::nodes(statement.n_options, statement.options)) {
    const PgQuery__DefElem& option = *node->def_elem;
    view.options[option.defname] = option.arg == nullptr ? "true" : tree::qualified(tree::stringsOf(option.arg)).name;
  }
  if (statement.with_check_option == PG_QUERY__VIEW_CHECK_OPTION__LOCAL_CHECK_OPTION)
    view.options["check_option"] = "local";
  if (statement.with_check_option == PG_QUERY__VIEW_CHECK_OPTION__CASCADED_CHECK_OPTION)
    view.options["check_option"] = "cascaded";
  // A view over temporary tables is temporary itself.
  const bool temporary = std::ranges::any_of(
      view.sources, [&](const Source& source) { return simulation.at(source.relation).persistence == 't'; });
  if (temporary) view.schema = "pg_temp";
  view.persistence = temporary || *statement.view->relpersistence == 't' ? 't' : 'p';
  if (replaced != 0) {
    simulation.schema.put(std::move(view));
  } else {
    simulation.make(std::move(view));
  }
}

/// CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW.
void createFromQuery(const PgQuery__IntoClause& into, const PgQuery__Node& query, bool materialized, bool ifNotExists,
                     Simulation& simulation) {
  Relation relation;
  relation.schema = simulation.schemaFor(*into.rel);
  relation.name = into.rel->relname;
  if (simulation.schema.find(relation.schema, relation.name) != nullptr) {
    if (!ifNotExists) simulation.fail("relation \"" + relation.name + "\" already exists");
    return;
  }
  const bool filled = into.skip_data == 0;
  if (query.node_case != PG_QUERY__NODE__NODE_EXECUTE_STMT) {
    runQuery(query, filled ? QueryUse::Run : materialized ? QueryUse::Define : QueryUse::Plan, simulation);
  } else {
    simulation.unknown("What the prepared statement reads is not known.");
  }
  if (simulation.failed()) return;
  relation.kind = materialized ? RelationKind::MaterializedView : RelationKind::Table;
  relation.persistence = *into.rel->relpersistence == '\0' ? 'p' : *into.rel->relpersistence;
  relation.accessMethod = *into.access_method == '\0' ? "heap" : into.access_method;
  relation.columns = columnsOf(query, simulation);
  renameColumns(relation.columns, tree::stringsOf(tree::nodes(into.n_col_names, into.col_names)));
  if (materialized) {
    relation.sources = sourcesOf(query.base, simulation);
    relation.functions = factsOf(query.base, simulation).functions;
    relation.populated = filled;
  }
  simulation.make(std::move(relation));
}

void refresh(const PgQuery__RefreshMatViewStmt& statement, Simulation& simulation) {
  const Relation* view = simulation.find(*statement.relation, false, RelationKind::MaterializedView);
  if (view == nullptr) return;
  const ObjectId id = view->id;
  const std::vector<Source> sources = view->sources;
  if (statement.concurrent != 0) {
    const auto usable = [](const Relation* index) {
      return index->index.unique && index->index.valid && !index->index.partial && !index->index.expressions;
    };
    if (view->known && !view->populated)
      return simulation.fail("CONCURRENTLY cannot be used when the materialized view is not populated");
    if (view->known && std::ranges::none_of(simulation.schema.indexesOf(id), usable))
      return simulation.fail("cannot refresh materialized view \"" + view->name +
                             "\" concurrently without a unique index");
    simulation.lock(id, LockMode::Exclusive);
    simulation.scan(id);
  } else {
    simulation.lock(id, LockMode::AccessExclusive);
  }
  if (statement.skip_data != 0) {
    for (const Relation* index : simulation.schema.indexesOf(id)) simulation.lock(*index, LockMode::AccessExclusive);
    simulation.lose(DataLoss::What::AllRows, id);
    simulation.edit(id, [](Relation& relation) { relation.populated = false; });
    return;
  }
  for (const Source& source : sources) readRelation(source.relation, LockMode::AccessShare, true, true, simulation);
  if (statement.concurrent == 0) simulation.rewrite(id);
  simulation.edit(id, [](Relation& relation) { relation.populated = true; });
}

}  // namespace

bool playView(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_VIEW_STMT: createView(*node.view_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT: {
      const auto& statement = *node.create_table_as_stmt;
      createFromQuery(*statement.into, *statement.query, statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW,
                      statement.if_not_exists != 0, simulation);
      return true;
    }
    case PG_QUERY__NODE__NODE_SELECT_STMT:
      if (node.select_stmt->into_clause == nullptr) return false;
      createFromQuery(*node.select_stmt->into_clause, node, false, false, simulation);
      return true;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT: refresh(*node.refresh_mat_view_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
