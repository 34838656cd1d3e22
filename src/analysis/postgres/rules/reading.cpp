#include "analysis/postgres/rules/reading.h"

#include <algorithm>
#include <iterator>

namespace hotswap::analysis::postgres::rules {

namespace {

template <class Blocks>
const RelationLock* firstLock(const Look& look, const Blocks& blocks) {
  const auto found = std::ranges::find_if(
      look.effects.locks, [&](const RelationLock& lock) { return !lock.own && !lock.index && blocks(lock.mode); });
  return found == look.effects.locks.end() ? nullptr : &*found;
}

}  // namespace

std::vector<const PgQuery__AlterTableCmd*> actions(const Look& look, PgQuery__AlterTableType type) {
  std::vector<const PgQuery__AlterTableCmd*> found;
  if (look.tree.node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT) return found;
  const PgQuery__AlterTableStmt& statement = *look.tree.alter_table_stmt;
  for (std::size_t i = 0; i < statement.n_cmds; ++i) {
    const PgQuery__AlterTableCmd* command = statement.cmds[i]->alter_table_cmd;
    if (command->subtype == type) found.push_back(command);
  }
  return found;
}

std::vector<const PgQuery__Constraint*> addedConstraints(const Look& look) {
  std::vector<const PgQuery__Constraint*> found;
  for (const PgQuery__AlterTableCmd* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint))
    found.push_back(command->def->constraint);
  for (const PgQuery__AlterTableCmd* command : actions(look, PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)) {
    const PgQuery__ColumnDef& column = *command->def->column_def;
    for (std::size_t i = 0; i < column.n_constraints; ++i) found.push_back(column.constraints[i]->constraint);
  }
  return found;
}

std::vector<RelationName> ofOthers(const std::vector<RelationName>& objects, const Look& look) {
  std::vector<RelationName> others;
  std::ranges::copy_if(objects, std::back_inserter(others), [&](const RelationName& name) {
    const Relation* relation = look.before.lookUp(name.schema, name.name);
    return relation == nullptr || !relation->own;
  });
  return others;
}

const RelationLock* blocksWritesOf(const Look& look) {
  return firstLock(look, [](LockMode mode) { return blocksWrites(mode); });
}

const RelationLock* blocksReadsOf(const Look& look) {
  return firstLock(look, [](LockMode mode) { return blocksReads(mode); });
}

std::string listed(const std::vector<RelationName>& objects) {
  std::string text;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (i > 0) text += i + 1 == objects.size() ? " and " : ", ";
    text += objects[i].text();
  }
  return text;
}

}  // namespace hotswap::analysis::postgres::rules
