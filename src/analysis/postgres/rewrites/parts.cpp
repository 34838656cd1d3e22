#include "analysis/postgres/rewrites/parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/postgres/effects/names.h"
#include "db/postgres/postgres_tree.h"

namespace hotswap::analysis::postgres::rewrites {

namespace tree = db::postgres;

const PgQuery__AlterTableCmd* actionOf(const Given& given, PgQuery__AlterTableType type) {
  if (given.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return nullptr;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  if (statement.n_cmds != 1) return nullptr;
  const PgQuery__AlterTableCmd* command = statement.cmds[0]->alter_table_cmd;
  return command->subtype == type ? command : nullptr;
}

const Relation* relationOf(const Given& given, const PgQuery__RangeVar& range) {
  return given.before.lookUp(range.schemaname, range.relname);
}

const Relation* relationAfter(const Given& given, const PgQuery__RangeVar& range) {
  const Relation* present = relationOf(given, range);
  return present != nullptr ? given.after.find(present->id) : given.after.lookUp(range.schemaname, range.relname);
}

const Constraint* addedConstraint(const Given& given, Constraint::Kind kind) {
  const PgQuery__RangeVar& range = *given.tree.alter_table_stmt->relation;
  const Relation* before = relationOf(given, range);
  const Relation* after = relationAfter(given, range);
  if (after == nullptr) return nullptr;
  const auto found = std::ranges::find_if(after->constraints, [&](const Constraint& constraint) {
    return constraint.kind == kind && (before == nullptr || before->constraint(constraint.name) == nullptr);
  });
  return found == after->constraints.end() ? nullptr : &*found;
}

bool anyOfOthers(const std::vector<RelationName>& objects, const Given& given) {
  return std::ranges::any_of(objects, [&](const RelationName& name) {
    const Relation* relation = given.before.lookUp(name.schema, name.name);
    return relation == nullptr || !relation->own;
  });
}

bool buildsUnderLock(const Given& given) {
  return std::ranges::any_of(given.effects.indexBuilds, [&](const IndexBuild& build) {
    return !build.concurrently && anyOfOthers({build.table}, given);
  });
}

bool blocksOthers(const Given& given, bool reads) {
  return std::ranges::any_of(given.effects.locks, [&](const RelationLock& lock) {
    return !lock.own && !lock.index && (reads ? blocksReads(lock.mode) : blocksWrites(lock.mode));
  });
}

PgQuery__RangeVar* rangeOf(const Relation& relation, const KnownSchema& schema, Draft& draft) {
  PgQuery__RangeVar range = PG_QUERY__RANGE_VAR__INIT;
  static char permanent[] = "p";
  const Relation* found = schema.lookUp("", relation.name);
  if (found == nullptr || found->id != relation.id) range.schemaname = draft.trees.text(relation.schema);
  range.relname = draft.trees.text(relation.name);
  range.relpersistence = permanent;
  range.inh = 1;
  return draft.trees.shallow(range);
}

PgQuery__Node* alter(const PgQuery__AlterTableStmt& statement, const std::vector<PgQuery__AlterTableCmd*>& actions,
                     Draft& draft) {
  PgQuery__AlterTableStmt* other = draft.trees.shallow(statement);
  std::vector<PgQuery__Node*> nodes;
  for (PgQuery__AlterTableCmd* each : actions) nodes.push_back(draft.trees.node(each));
  other->n_cmds = nodes.size();
  other->cmds = draft.trees.list(nodes);
  return draft.trees.node(other);
}

PgQuery__Node* alter(const Relation& table, const KnownSchema& schema,
                     const std::vector<PgQuery__AlterTableCmd*>& actions, Draft& draft) {
  PgQuery__AlterTableStmt statement = PG_QUERY__ALTER_TABLE_STMT__INIT;
  statement.relation = rangeOf(table, schema, draft);
  statement.objtype = PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
  return alter(statement, actions, draft);
}

PgQuery__AlterTableCmd* action(std::string_view sql, std::string_view name, Draft& draft) {
  PgQuery__AlterTableCmd* made = draft.trees.parse(sql)->alter_table_stmt->cmds[0]->alter_table_cmd;
  made->name = draft.trees.text(name);
  return made;
}

PgQuery__AlterTableCmd* validateConstraint(std::string_view name, Draft& draft) {
  return action("ALTER TABLE t VALIDATE CONSTRAINT c", name, draft);
}

PgQuery__AlterTableCmd* dropConstraint(std::string_view name, Draft& draft) {
  return action("ALTER TABLE t DROP CONSTRAINT c", name, draft);
}

PgQuery__AlterTableCmd* addConstraint(PgQuery__Constraint* constraint, Draft& draft) {
  PgQuery__AlterTableCmd* made =
      draft.trees.parse("ALTER TABLE t ADD CHECK (true)")->alter_table_stmt->cmds[0]->alter_table_cmd;
  made->def = draft.trees.node(constraint);
  return made;
}

PgQuery__Constraint* uncheckedCheck(std::string_view name, PgQuery__Node* condition, Draft& draft) {
  PgQuery__Constraint* check = draft.trees.parse("ALTER TABLE t ADD CONSTRAINT c CHECK (true) NOT VALID")
                                   ->alter_table_stmt->cmds[0]
                                   ->alter_table_cmd->def->constraint;
  check->conname = draft.trees.text(name);
  check->raw_expr = condition;
  return check;
}

void stepsToNotNull(const PgQuery__AlterTableStmt& statement, std::string_view column, const Given& given,
                    Draft& draft) {
  Relation nameless;
  nameless.name = statement.relation->relname;
  const Relation* known = relationOf(given, *statement.relation);
  const std::string name =
      freeConstraintName(known != nullptr ? *known : nameless, std::string(column), "not_null_check");
  PgQuery__Node* condition = draft.trees.parseExpression("c IS NOT NULL");
  condition->null_test->arg->column_ref->fields[0] = draft.trees.string(column);
  PgQuery__Constraint* check = uncheckedCheck(name, condition, draft);
  const bool isAlone = statement.relation->inh == 0;
  if (isAlone && known != nullptr && !given.before.childrenOf(known->id).empty()) check->is_no_inherit = 1;
  draft.step({alter(statement, {addConstraint(check, draft)}, draft)});
  draft.step({alter(statement, {validateConstraint(name, draft)}, draft)});
  draft.step({alter(statement, {action("ALTER TABLE t ALTER COLUMN c SET NOT NULL", column, draft)}, draft),
              alter(statement, {dropConstraint(name, draft)}, draft)});
}

std::vector<std::string> batchKey(const Relation* table) {
  const Constraint* key = table == nullptr ? nullptr : table->primaryKey();
  return key == nullptr ? std::vector<std::string>() : key->columns;
}

}  // namespace hotswap::analysis::postgres::rewrites
