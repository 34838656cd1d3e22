#include "analysis/postgres/effects/data_changes.h"
#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/queries.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

/// Functions that a query calls and that nobody knows, or that may write.
void noteCalls(const PgQuery__Node& node, Simulation& simulation) {
  tree::walk(node.base, [&](const ProtobufCMessage& message) {
    if (!tree::isUnknownCall(message)) return true;
    const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(message);
    const auto name = tree::qualified(tree::stringsOf(tree::nodes(call.n_funcname, call.funcname)));
    const Routine* routine = simulation.schema.routine(name.schema, name.name);
    if (routine != nullptr ? routine->volatility == 'v' : !simulation.schema.complete)
      simulation.unknown("What the function " + name.name + " does is not known.");
    return true;
  });
}

void copy(const PgQuery__CopyStmt& statement, Simulation& simulation) {
  if (statement.query != nullptr) {
    runQuery(*statement.query, QueryUse::Run, simulation);
    return;
  }
  const Relation* table = simulation.find(*statement.relation);
  if (table == nullptr) return;
  if (statement.is_from == 0) return readRelation(table->id, LockMode::AccessShare, false, true, simulation);
  simulation.lock(*table, LockMode::RowExclusive);
  addRows(table->id, tree::stringsOf(tree::nodes(statement.n_attlist, statement.attlist)), simulation);
}

}  // namespace

bool playData(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT: noteCalls(node, simulation); return runQuery(node, QueryUse::Run, simulation);
    case PG_QUERY__NODE__NODE_COPY_STMT: copy(*node.copy_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT: {
      const auto& explain = *node.explain_stmt;
      const bool runs = tree::optionOn(tree::nodes(explain.n_options, explain.options), "analyze");
      if (explain.query != nullptr) runQuery(*explain.query, runs ? QueryUse::Run : QueryUse::Plan, simulation);
      return true;
    }
    case PG_QUERY__NODE__NODE_PREPARE_STMT:
      if (node.prepare_stmt->query != nullptr) runQuery(*node.prepare_stmt->query, QueryUse::Define, simulation);
      return true;
    case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
      runQuery(*node.declare_cursor_stmt->query, QueryUse::Plan, simulation);
      return true;
    case PG_QUERY__NODE__NODE_EXECUTE_STMT:
      simulation.unknown("What the prepared statement does is not known.");
      return true;
    case PG_QUERY__NODE__NODE_DO_STMT: simulation.unknown("What the block of code does is not known."); return true;
    case PG_QUERY__NODE__NODE_CALL_STMT: simulation.unknown("What the procedure does is not known."); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
