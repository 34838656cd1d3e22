#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "db/script.h"

namespace hotswap::db::postgres {

/// Fills everything of `statement` that the parse tree of one statement tells; text and position are the caller's.
/// A statement of an unknown kind keeps the strictest answers: strong lock, not additive, opaque.
void describe(const PgQuery__Node& node, Statement& statement);

// One family of statements each; false where the node is none of the family.
bool describeTable(const PgQuery__Node& node, Statement& statement);  ///< CREATE TABLE, ALTER TABLE
bool describeIndex(const PgQuery__Node& node, Statement& statement);  ///< indexes, VACUUM, ANALYZE, CLUSTER
bool describeData(const PgQuery__Node& node, Statement& statement);   ///< queries, rows, COPY, views from queries
bool describeObject(const PgQuery__Node& node,
                    Statement& statement);  ///< what every kind of object has: DROP, rename …
bool describeDefinition(const PgQuery__Node& node, Statement& statement);  ///< types, functions, triggers, sequences …
bool describeServer(const PgQuery__Node& node, Statement& statement);  ///< transactions, settings, databases, roles …

}  // namespace hotswap::db::postgres
