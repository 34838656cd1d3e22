#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <vector>

#include "analysis/postgres/rules/rule.h"

/// What rules read from a statement and its effects.
namespace hotswap::analysis::postgres::rules {

/// The actions of an ALTER TABLE of that type, in order; none for any other statement.
std::vector<const PgQuery__AlterTableCmd*> actions(const Look& look, PgQuery__AlterTableType type);

/// The constraints that an ALTER TABLE adds, also those that stand behind its new columns; none of other statements.
std::vector<const PgQuery__Constraint*> addedConstraints(const Look& look);

/// Those of the objects that the script hasn't made itself.
std::vector<RelationName> ofOthers(const std::vector<RelationName>& objects, const Look& look);
bool isOfOthers(const RelationName& object, const Look& look);
bool isOfOthers(const PgQuery__RangeVar& range, const Look& look);

/// The names as the script has them.
RelationName nameIn(const PgQuery__RangeVar& range);

/// Rows being changed: by the statement itself, in a WITH of it, under EXPLAIN ANALYZE, in a COPY.
struct RowChange {
  enum class Kind { Insert, Update, Delete, Merge } kind = Kind::Insert;
  const PgQuery__RangeVar* table = nullptr;
  const PgQuery__Node* where = nullptr;  ///< nullptr where there is none
};
std::vector<RowChange> rowChanges(const Look& look);

/// A column whose type the statement decides: CREATE TABLE, ADD COLUMN, ALTER COLUMN TYPE.
struct TypedColumn {
  std::string name;
  const PgQuery__ColumnDef* definition = nullptr;  ///< of ALTER COLUMN TYPE with nothing but the type and USING
  bool isNew = true;                               ///< false for ALTER COLUMN TYPE
  TypeUse type;                                    ///< as the server stores it
};
std::vector<TypedColumn> typedColumns(const Look& look);

/// Constraints that the statement gives to the table it makes or alters, but for those that come from parents.
struct NewConstraint {
  const Relation* table = nullptr;  ///< as the statement leaves it
  const Constraint* constraint = nullptr;
};
std::vector<NewConstraint> newConstraints(const Look& look);
/// The foreign keys among them.
std::vector<NewConstraint> newForeignKeys(const Look& look);

/// A constraint written behind a column that ALTER TABLE adds.
struct ColumnConstraint {
  const PgQuery__ColumnDef* column = nullptr;
  const PgQuery__Constraint* constraint = nullptr;
};
std::vector<ColumnConstraint> constraintsOfAddedColumns(const Look& look, PgQuery__ConstrType type);

/// What a DROP names, by the last two parts; nothing for any other statement.
std::vector<RelationName> namedByDrop(const Look& look);

/// The first table that the statement locks so that others' writes (or even reads) have to wait; nothing where it is
/// the script's own or there is none. Indexes are passed over.
const RelationLock* blocksWritesOf(const Look& look);
const RelationLock* blocksReadsOf(const Look& look);

/// `public.a, public.b and public.c`.
std::string listed(const std::vector<RelationName>& objects);
std::string listed(const std::vector<std::string>& names);

}  // namespace hotswap::analysis::postgres::rules
