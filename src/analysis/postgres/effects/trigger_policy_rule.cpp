#include <algorithm>

#include "analysis/postgres/effects/expressions.h"
#include "analysis/postgres/effects/families.h"
#include "analysis/postgres/effects/queries.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

namespace {

constexpr LockMode strongest = LockMode::AccessExclusive;

/// Events as the server numbers them.
constexpr int onInsert = 1 << 2;
constexpr int onDelete = 1 << 3;
constexpr int onUpdate = 1 << 4;
constexpr int onTruncate = 1 << 5;

void addSources(std::vector<Source>& sources, std::vector<Source> more) {
  for (Source& source : more) {
    const auto same = std::ranges::find(sources, source.relation, &Source::relation);
    if (same == sources.end()) {
      sources.push_back(std::move(source));
      continue;
    }
    for (std::string& column : source.columns) {
      if (std::ranges::find(same->columns, column) == same->columns.end()) same->columns.push_back(std::move(column));
    }
    std::ranges::sort(same->columns);
  }
}

std::string functionName(std::size_t count, PgQuery__Node* const* parts, const Simulation& simulation) {
  const auto name = tree::qualified(tree::stringsOf(tree::nodes(count, parts)));
  if (const Routine* routine = simulation.schema.routine(name.schema, name.name))
    return routine->schema + "." + routine->name;
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

void createTrigger(const PgQuery__CreateTrigStmt& statement, Simulation& simulation) {
  const Relation* table = simulation.find(*statement.relation);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, LockMode::ShareRowExclusive);
  Trigger trigger;
  trigger.name = statement.trigname;
  trigger.function = functionName(statement.n_funcname, statement.funcname, simulation);
  trigger.perRow = statement.row != 0;
  trigger.onInsert = (statement.events & onInsert) != 0;
  trigger.onDelete = (statement.events & onDelete) != 0;
  trigger.onUpdate = (statement.events & onUpdate) != 0;
  trigger.onTruncate = (statement.events & onTruncate) != 0;
  trigger.columns = tree::stringsOf(tree::nodes(statement.n_columns, statement.columns));
  if (statement.constrrel != nullptr) {
    if (const Relation* other = simulation.find(*statement.constrrel)) {
      simulation.lock(*other, LockMode::AccessShare);
      trigger.otherTable = other->id;
    }
  }
  const auto add = [&](ObjectId each) {
    simulation.edit(each, [&](Relation& relation) {
      std::erase_if(relation.triggers, [&](const Trigger& same) { return same.name == trigger.name; });
      relation.triggers.push_back(trigger);
    });
  };
  const bool taken = std::ranges::find(table->triggers, trigger.name, &Trigger::name) != table->triggers.end();
  if (taken && statement.replace == 0)
    return simulation.fail("trigger \"" + trigger.name + "\" for relation \"" + table->name + "\" already exists");
  const bool clones = table->kind == RelationKind::PartitionedTable && trigger.perRow;
  add(id);
  if (!clones) return;
  trigger.inherited = true;
  for (const Relation* child : std::vector<const Relation*>(simulation.schema.descendantsOf(id))) {
    const ObjectId each = child->id;
    simulation.lock(each, LockMode::ShareRowExclusive);
    add(each);
  }
}

/// Columns of the policy's own table and what subqueries read.
void readExpression(const PgQuery__Node* expression, ObjectId table, Policy& policy, Simulation& simulation) {
  if (expression == nullptr) return;
  lookUpSubqueries(expression->base, simulation);
  ExpressionFacts facts = factsOf(expression->base, simulation);
  std::vector<Source> sources = sourcesOf(expression->base, simulation);
  std::vector<std::string> own;
  const Relation& relation = simulation.at(table);
  tree::walk(expression->base, [&](const ProtobufCMessage& message) {
    if (message.descriptor != &pg_query__column_ref__descriptor) return true;
    const auto& reference = reinterpret_cast<const PgQuery__ColumnRef&>(message);
    const std::string name = tree::stringOf(reference.fields[reference.n_fields - 1]);
    const std::string qualifier =
        reference.n_fields > 1 ? tree::stringOf(reference.fields[reference.n_fields - 2]) : std::string();
    const bool elsewhere = std::ranges::any_of(sources, [&](const Source& source) {
      return source.relation != table && simulation.at(source.relation).column(name) != nullptr;
    });
    const bool mine = qualifier == relation.name || (qualifier.empty() && !elsewhere);
    if (mine && relation.column(name) != nullptr) own.push_back(name);
    return true;
  });
  std::ranges::sort(own);
  own.erase(std::unique(own.begin(), own.end()), own.end());
  addSources(policy.sources, std::move(sources));
  if (!own.empty()) addSources(policy.sources, {{table, own}});
  policy.functions.insert(policy.functions.end(), facts.functions.begin(), facts.functions.end());
  std::ranges::sort(policy.functions);
  policy.functions.erase(std::unique(policy.functions.begin(), policy.functions.end()), policy.functions.end());
}

void createPolicy(const PgQuery__CreatePolicyStmt& statement, Simulation& simulation) {
  const Relation* table = simulation.find(*statement.table);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, strongest);
  if (std::ranges::find(table->policies, std::string_view(statement.policy_name), &Policy::name) !=
      table->policies.end())
    return simulation.fail("policy \"" + std::string(statement.policy_name) + "\" already exists");
  Policy policy;
  policy.name = statement.policy_name;
  readExpression(statement.qual, id, policy, simulation);
  readExpression(statement.with_check, id, policy, simulation);
  simulation.edit(id, [&](Relation& relation) { relation.policies.push_back(policy); });
}

void alterPolicy(const PgQuery__AlterPolicyStmt& statement, Simulation& simulation) {
  const Relation* table = simulation.find(*statement.table);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, strongest);
  if (statement.qual == nullptr && statement.with_check == nullptr) return;
  // What is not said anew stays; which of both expressions read what is not in the model.
  Policy policy;
  policy.name = statement.policy_name;
  readExpression(statement.qual, id, policy, simulation);
  readExpression(statement.with_check, id, policy, simulation);
  simulation.edit(id, [&](Relation& relation) {
    for (Policy& each : relation.policies) {
      if (each.name == policy.name) each = policy;
    }
  });
}

void createRule(const PgQuery__RuleStmt& statement, Simulation& simulation) {
  const Relation* table = simulation.find(*statement.relation);
  if (table == nullptr) return;
  const ObjectId id = table->id;
  simulation.lock(id, strongest);
  Rule rule;
  rule.name = statement.rulename;
  rule.instead = statement.instead != 0;
  switch (statement.event) {
    case PG_QUERY__CMD_TYPE__CMD_UPDATE: rule.event = 'u'; break;
    case PG_QUERY__CMD_TYPE__CMD_INSERT: rule.event = 'i'; break;
    case PG_QUERY__CMD_TYPE__CMD_DELETE: rule.event = 'd'; break;
    default: rule.event = 's'; break;
  }
  const auto read = [&](const PgQuery__Node& node) {
    addSources(rule.sources, sourcesOf(node.base, simulation));
    std::vector<std::string> own;
    tree::walk(node.base, [&](const ProtobufCMessage& message) {
      if (message.descriptor != &pg_query__column_ref__descriptor) return true;
      const auto& reference = reinterpret_cast<const PgQuery__ColumnRef&>(message);
      if (reference.n_fields < 2) return true;
      const std::string qualifier = tree::stringOf(reference.fields[0]);
      if (qualifier == "new" || qualifier == "old") own.push_back(tree::stringOf(reference.fields[1]));
      return true;
    });
    std::ranges::sort(own);
    own.erase(std::unique(own.begin(), own.end()), own.end());
    if (!own.empty()) addSources(rule.sources, {{id, own}});
    if (node.node_case != PG_QUERY__NODE__NODE_INSERT_STMT) return;
    const PgQuery__InsertStmt& insert = *node.insert_stmt;
    const Relation* target = simulation.find(*insert.relation, true);
    if (target == nullptr) return;
    std::vector<std::string> written;
    for (const auto* column : tree::nodes(insert.n_cols, insert.cols)) written.emplace_back(column->res_target->name);
    if (written.empty() && insert.select_stmt != nullptr) {
      const PgQuery__SelectStmt& select = *insert.select_stmt->select_stmt;
      const std::size_t count =
          select.n_values_lists > 0 ? select.values_lists[0]->list->n_items : select.n_target_list;
      for (std::size_t i = 0; i < count && i < target->columns.size(); ++i) written.push_back(target->columns[i].name);
    }
    std::ranges::sort(written);
    addSources(rule.sources, {{target->id, std::move(written)}});
  };
  for (const auto* action : tree::nodes(statement.n_actions, statement.actions)) {
    runQuery(*action, QueryUse::Define, simulation);
    read(*action);
  }
  if (statement.where_clause != nullptr) read(*statement.where_clause);
  simulation.edit(id, [&](Relation& relation) {
    std::erase_if(relation.rules, [&](const Rule& same) { return same.name == rule.name; });
    relation.rules.push_back(rule);
  });
}

}  // namespace

bool playTriggerPolicyRule(const PgQuery__Node& node, Simulation& simulation) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT: createTrigger(*node.create_trig_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT: createPolicy(*node.create_policy_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT: alterPolicy(*node.alter_policy_stmt, simulation); return true;
    case PG_QUERY__NODE__NODE_RULE_STMT: createRule(*node.rule_stmt, simulation); return true;
    default: return false;
  }
}

}  // namespace hotswap::analysis::postgres
