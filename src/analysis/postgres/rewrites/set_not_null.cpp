#include "analysis/postgres/rewrites/parts.h"
#include "analysis/postgres/rewrites/rewrites.h"

namespace hotswap::analysis::postgres::rewrites {

namespace {

bool write(const Given& given, Draft& draft) {
  const PgQuery__AlterTableCmd* command = actionOf(given, PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull);
  if (command == nullptr || !anyOfOthers(given.effects.scans, given) || !trustsChecks(given)) return false;
  stepsToNotNull(*given.tree.alter_table_stmt, command->name, given, draft);
  return true;
}

}  // namespace

const Rewrite setNotNull{.id = "set-not-null", .rules = {"set-not-null-scans"}, .write = write};

}  // namespace hotswap::analysis::postgres::rewrites
