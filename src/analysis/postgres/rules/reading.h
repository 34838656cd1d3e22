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

/// The first table that the statement locks so that others' writes (or even reads) have to wait; nothing where it is
/// the script's own or there is none. Indexes are passed over.
const RelationLock* blocksWritesOf(const Look& look);
const RelationLock* blocksReadsOf(const Look& look);

/// `public.a, public.b and public.c`.
std::string listed(const std::vector<RelationName>& objects);

}  // namespace hotswap::analysis::postgres::rules
