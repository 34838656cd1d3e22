#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <string_view>
#include <vector>

#include "analysis/postgres/rewrites/rewrite.h"

/// What rewrites read from a statement, and the pieces that their safe forms have in common.
namespace hotswap::analysis::postgres::rewrites {

// Reading.
/// The action of an ALTER TABLE, where it is one of that type; nullptr for any other statement.
const PgQuery__AlterTableCmd* actionOf(const Given& given, PgQuery__AlterTableType type);
/// The relation that a statement names, as it was before; nullptr where nothing is known of it.
const Relation* relationOf(const Given& given, const PgQuery__RangeVar& range);
/// The same as it is afterwards; a stand-in where nothing else is known of it.
const Relation* relationAfter(const Given& given, const PgQuery__RangeVar& range);
/// The constraint that the statement adds to its table; nullptr where there is none.
const Constraint* addedConstraint(const Given& given, Constraint::Kind kind);
/// Whether one of the objects is not the script's own.
bool anyOfOthers(const std::vector<RelationName>& objects, const Given& given);
/// Whether the statement builds an index of somebody else's table while others wait.
bool buildsUnderLock(const Given& given);
/// Whether others have to wait for their writes to one of their tables (or, of `reads`, for their reads).
bool blocksOthers(const Given& given, bool reads = false);

// Writing.
/// The name of a relation as the script could write it: with its schema where the search path doesn't find it.
PgQuery__RangeVar* rangeOf(const Relation& relation, const KnownSchema& schema, Draft& draft);
/// ALTER TABLE of the same table with other actions.
PgQuery__Node* alter(const PgQuery__AlterTableStmt& statement, const std::vector<PgQuery__AlterTableCmd*>& actions,
                     Draft& draft);
/// ALTER TABLE of another table.
PgQuery__Node* alter(const Relation& table, const KnownSchema& schema,
                     const std::vector<PgQuery__AlterTableCmd*>& actions, Draft& draft);
/// The action of an ALTER TABLE that this program wrote itself, with another name of its column or constraint.
PgQuery__AlterTableCmd* action(std::string_view sql, std::string_view name, Draft& draft);
PgQuery__AlterTableCmd* validateConstraint(std::string_view name, Draft& draft);
PgQuery__AlterTableCmd* dropConstraint(std::string_view name, Draft& draft);
PgQuery__AlterTableCmd* addConstraint(PgQuery__Constraint* constraint, Draft& draft);
/// `CHECK (condition) NOT VALID` of that name.
PgQuery__Constraint* uncheckedCheck(std::string_view name, PgQuery__Node* condition, Draft& draft);

/// Steps that make a column NOT NULL by way of a check: nobody waits while the rows are read. From PostgreSQL 12 on.
void stepsToNotNull(const PgQuery__AlterTableStmt& statement, std::string_view column, const Given& given,
                    Draft& draft);
/// The server trusts a check when it sets NOT NULL.
inline bool trustsChecks(const Given& given) { return given.before.serverVersion >= 120000; }

/// The columns by which the rows of a table can be gone through, none where it has no key.
std::vector<std::string> batchKey(const Relation* table);

}  // namespace hotswap::analysis::postgres::rewrites
