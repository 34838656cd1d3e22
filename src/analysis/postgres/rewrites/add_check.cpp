#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint);
  if (command == nullptr || !anyOfOthers(given.effects.scans, given)) return false;
  const PgQuery__Constraint& check = *command->def->constraint;
  if (check.contype != PG_QUERY__CONSTR_TYPE__CONSTR_CHECK || check.skip_validation != 0) return false;
  const Constraint* added = addedConstraint(given, Constraint::Kind::Check);
  if (added == nullptr) return false;
  PgQuery__Constraint* unchecked = draft.trees.shallow(check);
  unchecked->conname = draft.trees.text(added->name);
  unchecked->skip_validation = 1;
  unchecked->initially_valid = 0;
  const PgQuery__AlterTableStmt& statement = *given.tree.alter_table_stmt;
  draft.step({alter(statement, {addConstraint(unchecked, draft)}, draft)});
  draft.step({alter(statement, {validateConstraint(added->name, draft)}, draft)});
  return true;
}

}  // namespace

const Rewrite addCheck{.id = "add-check", .rules = {"add-check-scans"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
