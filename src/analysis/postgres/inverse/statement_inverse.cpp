#include "analysis/postgres/inverse/statement_inverse.h"

#include <algorithm>
#include <array>

#include "analysis/postgres/inverse/families.h"

namespace hotswap::analysis::postgres {

namespace {

std::string sentenceOf(const DataLoss& loss) {
  const std::string relation = loss.relation.text();
  switch (loss.what) {
    case DataLoss::What::Relation: return "The rows of " + relation + " are lost.";
    case DataLoss::What::Column: return "The values of " + relation + "." + loss.column + " are lost.";
    case DataLoss::What::AllRows: return "All rows of " + relation + " are lost.";
    case DataLoss::What::SomeRows: return "Rows of " + relation + " are lost.";
    case DataLoss::What::Values:
      return loss.column.empty() ? "Values of " + relation + " are written over."
                                 : "Values of " + relation + "." + loss.column + " lose something.";
  }
  return {};
}

/// What a materialized view holds can be computed again.
bool isDerived(const DataLoss& loss, const KnownSchema& before) {
  const Relation* relation = before.lookUp(loss.relation.schema, loss.relation.name);
  return relation != nullptr && relation->kind == RelationKind::MaterializedView;
}

}  // namespace

Inverse inverseOf(const PgQuery__Node& statement, const KnownSchema& before, const KnownSchema& after,
                  const Effects& effects, const Definitions& definitions) {
  WayBack way(before, after, effects, definitions);
  if (!effects.failure.empty()) {
    way.lose("It will fail: " + effects.failure);
    return way.finish();
  }
  for (const DataLoss& loss : effects.dataLoss) {
    if (!isDerived(loss, before)) way.lose(sentenceOf(loss));
  }
  static constexpr std::array families{&invertCreate,     &invertAlterTable, &invertRename, &invertDrop,
                                       &invertTypeDomain, &invertObjects,    &invertData,   &invertMaintenance};
  const bool found = std::ranges::any_of(families, [&](auto* invert) { return invert(statement, way); });
  if (!found) way.lose("No way back is known for a statement of this kind.");
  return way.finish();
}

bool needsDefinitions(const PgQuery__Node& statement) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_DROP_STMT:
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
    case PG_QUERY__NODE__NODE_COMMENT_STMT: break;
    case PG_QUERY__NODE__NODE_VIEW_STMT: return statement.view_stmt->replace != 0;
    case PG_QUERY__NODE__NODE_RULE_STMT: return statement.rule_stmt->replace != 0;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT: return statement.create_trig_stmt->replace != 0;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT: return statement.create_function_stmt->replace != 0;
    default: return false;
  }
  if (statement.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return true;
  const auto* alter = statement.alter_table_stmt;
  return !std::all_of(alter->cmds, alter->cmds + alter->n_cmds, [](const PgQuery__Node* each) {
    const auto action = each->alter_table_cmd->subtype;
    const bool plain = action == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn ||
                       action == PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull ||
                       action == PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull;
    const bool constraint = action == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint &&
                            *each->alter_table_cmd->def->constraint->indexname == '\0';
    return plain || constraint;
  });
}

}  // namespace hotswap::analysis::postgres
