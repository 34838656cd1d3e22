#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>

namespace hotswap::db::postgres {

/// Everything of an index but its name, its table and how it is built, hashed: two CREATE INDEX statements of one shape
/// on one table make the same index twice. Different spellings that only the server could tell to be equal differ.
std::string indexShape(const PgQuery__IndexStmt& create);

}  // namespace hotswap::db::postgres
