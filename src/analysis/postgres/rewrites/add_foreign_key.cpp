#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

/// Before PostgreSQL 18 a partitioned table is refused an unchecked foreign key, and of one that leads to a partitioned
/// table VALIDATE leaves the parts that lead to its partitions unchecked.
bool mayWait(const Relation* table, const KnownSchema& schema) {
  constexpr int partitionedMayWait = 180000;
  return table == nullptr || table->kind != RelationKind::PartitionedTable ||
         schema.serverVersion >= partitionedMayWait;
}

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint);
  if (command == nullptr || !anyOfOthers(given.effects.scans, given)) return false;
  const PgQuery__Constraint& key = *command->def->constraint;
  if (key.contype != PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN || key.skip_validation != 0) return false;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  if (!mayWait(relationOf(given, *statement.relation), given.before)) return false;
  if (!mayWait(relationOf(given, *key.pktable), given.before)) return false;
  const Constraint* added = addedConstraint(given, Constraint::Kind::ForeignKey);
  if (added == nullptr) return false;
  PgQuery__Constraint* unchecked = draft.trees.shallow(key);
  unchecked->conname = draft.trees.text(added->name);
  unchecked->skip_validation = 1;
  unchecked->initially_valid = 0;
  draft.step({alter(statement, {addConstraint(unchecked, draft)}, draft)});
  draft.step({alter(statement, {validateConstraint(added->name, draft)}, draft)});
  return true;
}

}  // namespace

const Rewrite addForeignKey{.id = "add-foreign-key", .rules = {"add-foreign-key-scans"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
