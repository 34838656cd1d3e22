#include "analysis/postgres/effects/implications.h"
#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/postgres/statement_effects.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

constexpr int detachesConcurrently = 140000;

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition);
  if (command == nullptr || command->def->partition_cmd->concurrent != 0 || !blocksOthers(given, true)) return false;
  if (given.before.serverVersion < detachesConcurrently || anyOfOthers(given.effects.scans, given)) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  const Relation* parent = relationOf(given, *statement.relation);
  const Relation* child = relationOf(given, *command->def->partition_cmd->name);
  if (parent == nullptr || child == nullptr || !child->isPartition()) return false;
  if (given.before.defaultPartitionOf(parent->id) != nullptr) return false;
  if (conditionOf(child->bound, parent->partitionBy, parent->partitionKey).empty()) return false;
  PgQuery__AlterTableCmd* concurrent = draft.trees.copy(*command);
  concurrent->def->partition_cmd->concurrent = 1;
  PgQuery__Node* detach = alter(statement, {concurrent}, draft);
  // The server leaves a check behind that says what the bound said.
  KnownSchema detached = given.before;
  apply(*detach, detached);
  const Relation* table = detached.find(child->id);
  const Relation* plain = given.after.find(child->id);
  if (table == nullptr || plain == nullptr) return false;
  draft.stepAlone(detach);
  for (const Constraint& constraint : table->constraints) {
    if (plain->constraint(constraint.name) != nullptr) continue;
    PgQuery__AlterTableCmd* drop = dropConstraint(constraint.name, draft);
    drop->missing_ok = 1;
    draft.step({alter(*child, given.before, {drop}, draft)});
  }
  return true;
}

}  // namespace

const Rewrite detachPartition{.id = "detach-partition", .rules = {"detach-partition-blocks"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
