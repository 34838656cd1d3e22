#include "analysis/postgres/rewrites/alter_table_actions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/postgres/statement_effects.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

namespace tree = db::postgres;
using Command = PgQuery__AlterTableCmd;

bool isKey(const PgQuery__Constraint& constraint) {
  return constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE ||
         constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY;
}

/// Behind a new column: what could as well be added to the table.
bool canStandAlone(const PgQuery__Constraint& constraint) {
  return isKey(constraint) || constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK ||
         constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
}

/// `DEFERRABLE` and its like stand as constraints of their own behind the one they are about.
bool takeAttribute(const PgQuery__Constraint& attribute, PgQuery__Constraint& constraint) {
  switch (attribute.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE: constraint.deferrable = 1; return true;
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE:
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE: return true;
    case PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED:
      constraint.deferrable = 1;
      constraint.initdeferred = 1;
      return true;
    default: return false;
  }
}

const PgQuery__ColumnDef* newColumn(const Command& command) {
  return command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn ? command.def->column_def : nullptr;
}

bool hasConstraints(const Command& command) {
  const PgQuery__ColumnDef* column = newColumn(command);
  return column != nullptr && std::ranges::any_of(tree::nodes(column->n_constraints, column->constraints),
                                                  [](const auto* node) { return canStandAlone(*node->constraint); });
}

/// One action as several: the new column, and each constraint that stands behind it.
void takeApart(PgQuery__Node* node, std::vector<PgQuery__Node*>& actions, Draft& draft) {
  const Command& command = *node->alter_table_cmd;
  if (!hasConstraints(command)) {
    actions.push_back(node);
    return;
  }
  const PgQuery__ColumnDef& column = *newColumn(command);
  std::vector<PgQuery__Node*> kept;
  std::vector<PgQuery__Node*> added;
  PgQuery__Constraint* last = nullptr;
  for (PgQuery__Node* each : tree::nodes(column.n_constraints, column.constraints)) {
    const PgQuery__Constraint& constraint = *each->constraint;
    if (last != nullptr && takeAttribute(constraint, *last)) continue;
    last = nullptr;
    if (!canStandAlone(constraint)) {
      kept.push_back(each);
      continue;
    }
    last = draft.trees.shallow(constraint);
    PgQuery__Node** name = draft.trees.list({draft.trees.string(column.colname)});
    if (isKey(constraint)) {
      last->n_keys = 1;
      last->keys = name;
    } else if (constraint.contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN) {
      last->n_fk_attrs = 1;
      last->fk_attrs = name;
    }
    added.push_back(draft.trees.node(addConstraint(last, draft)));
  }
  PgQuery__ColumnDef* plain = draft.trees.shallow(column);
  plain->n_constraints = kept.size();
  plain->constraints = draft.trees.list(kept);
  Command* alone = draft.trees.shallow(command);
  alone->def = draft.trees.shallow(*command.def);
  alone->def->column_def = plain;
  actions.push_back(draft.trees.node(alone));
  std::ranges::copy(added, std::back_inserter(actions));
}

/// When the server's turn for an action comes (its AlterTablePass).
int turnOf(const Command& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull: return 0;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType: return 1;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn: return 2;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull: return 3;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint: return isKey(*command.def->constraint) ? 4 : 5;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault: return 5;
    default: return 6;
  }
}

bool isDrop(const PgQuery__Node* node) {
  return node->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn;
}

bool worksUnderLock(const Given& given) {
  return buildsUnderLock(given) || anyOfOthers(given.effects.scans, given) ||
         anyOfOthers(given.effects.rewrites, given);
}

}  // namespace

bool consistsOfSeveral(const Given& given) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  if (statement.objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) return false;
  if (!worksUnderLock(given) && std::ranges::none_of(tree::nodes(statement.n_cmds, statement.cmds), isDrop))
    return false;
  return statement.n_cmds > 1 || hasConstraints(*statement.cmds[0]->alter_table_cmd);
}

std::vector<std::string_view> writeActions(const Given& given, Draft& draft) {
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  std::vector<PgQuery__Node*> actions;
  for (PgQuery__Node* node : tree::nodes(statement.n_cmds, statement.cmds)) takeApart(node, actions, draft);
  std::ranges::stable_sort(actions, {}, [](const PgQuery__Node* node) { return turnOf(*node->alter_table_cmd); });

  std::vector<std::string_view> answers;
  std::vector<Command*> together;
  const auto writeTogether = [&] {
    if (!together.empty()) draft.step({alter(statement, together, draft)});
    together.clear();
  };
  KnownSchema before = given.before;
  KnownSchema after = given.before;
  for (const PgQuery__Node* node : actions) {
    const PgQuery__Node* single = alter(statement, {node->alter_table_cmd}, draft);
    const Effects effects = apply(*single, after);
    if (!effects.failure.empty()) return {};
    const Given one{.tree = *single, .effects = effects, .before = before, .after = after, .today = given.today};
    Draft part;
    const auto rewrites = all();
    const auto found = std::ranges::find_if(rewrites, [&](const Rewrite* each) { return each->write(one, part); });
    if (found == rewrites.end()) {
      together.push_back(node->alter_table_cmd);
    } else {
      writeTogether();
      draft.append(std::move(part));
      std::ranges::copy((*found)->rules, std::back_inserter(answers));
    }
    apply(*single, before);
  }
  writeTogether();
  return answers;
}

}  // namespace hotswap::analysis::postgres::rewrites
