// Single objects that were replaced or dropped, made anew from their definitions.
#include "analysis/postgres/inverse/restore_part.h"

#include <algorithm>

#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres {

namespace tree = db::postgres;

std::string lastNameOf(const PgQuery__Node* object) {
  const std::vector<std::string> names = tree::stringsOf(object);
  return names.empty() ? std::string() : names.back();
}

const PgQuery__AlterTableCmd* onlyCommand(const PgQuery__Node& statement) {
  if (statement.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT || statement.alter_table_stmt->n_cmds != 1)
    return nullptr;
  return statement.alter_table_stmt->cmds[0]->alter_table_cmd;
}

void replaceView(const Relation& view, WayBack& way) {
  const Definition* made = nullptr;
  way.definitions.about(subjectOf(view), [&](const Definition& one) {
    if (one.tree->node_case == PG_QUERY__NODE__NODE_VIEW_STMT) made = &one;
  });
  if (made == nullptr || !way.definitions.knows(subjectOf(view))) return way.missDefinition("the view " + view.name);
  const Relation* now = way.after.find(view.id);
  if (now != nullptr && now->columns.size() > view.columns.size()) {
    if (!way.before.viewsOver(view.id).empty())
      return way.lose("The view " + view.name + " can't lose its new columns while others read it.");
    way.drop(PG_QUERY__OBJECT_TYPE__OBJECT_VIEW, view);
    way.definitions.about(subjectOf(view), [&](const Definition& one) { way.run(one); });
    return;
  }
  auto* again = way.trees.copy(*made->tree->view_stmt);
  again->replace = 1;
  way.run(way.trees.node(again));
}

bool hasPart(const Relation& table, PgQuery__ObjectType type, const std::string& name) {
  const auto named = [&](const auto& part) { return part.name == name; };
  if (type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER) return std::ranges::any_of(table.triggers, named);
  if (type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY) return std::ranges::any_of(table.policies, named);
  return std::ranges::any_of(table.rules, named);
}

bool restorePart(const Relation& table, PgQuery__ObjectType type, const std::string& name, WayBack& way) {
  bool made = false;
  way.definitions.about(subjectOf(table), [&](const Definition& one) {
    const PgQuery__Node& node = *one.tree;
    const bool makes =
        (node.node_case == PG_QUERY__NODE__NODE_CREATE_TRIG_STMT && node.create_trig_stmt->trigname == name) ||
        (node.node_case == PG_QUERY__NODE__NODE_CREATE_POLICY_STMT && node.create_policy_stmt->policy_name == name) ||
        (node.node_case == PG_QUERY__NODE__NODE_RULE_STMT && node.rule_stmt->rulename == name);
    const auto* command = onlyCommand(node);
    const bool state = command != nullptr && command->name == name &&
                       command->subtype >= PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig &&
                       command->subtype <= PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRule;
    const bool comment = node.node_case == PG_QUERY__NODE__NODE_COMMENT_STMT && node.comment_stmt->objtype == type &&
                         lastNameOf(node.comment_stmt->object) == name;
    const bool change =
        node.node_case == PG_QUERY__NODE__NODE_ALTER_POLICY_STMT && node.alter_policy_stmt->policy_name == name;
    made = made || makes;
    if (makes || state || comment || change) way.run(one);
  });
  return made;
}

const PgQuery__Node* routineDefinition(const PgQuery__CreateFunctionStmt& statement, const Routine& routine,
                                       const WayBack& way) {
  const PgQuery__Node* found = nullptr;
  const Subject subject{.kind = Subject::Kind::Routine, .schema = routine.schema, .name = routine.name};
  way.definitions.about(subject, [&](const Definition& one) {
    if (one.tree->node_case != PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT) return;
    // Of several by one name, nobody but the server can tell which is meant.
    if (routine.overloads == 1 && one.tree->create_function_stmt->n_parameters == statement.n_parameters)
      found = one.tree;
  });
  return found;
}

}  // namespace hotswap::analysis::postgres
