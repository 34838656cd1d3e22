#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/postgres/rewrites/rewrite.h"

/// Views that stand in for a table under its old name, and can be read and written as it was.
namespace hotswap::analysis::postgres::rewrites {

/// Whether a view can stand in for the table on this server: policies on its rows must hold for whoever uses the view,
/// which PostgreSQL 15 brought.
bool canStandIn(const Relation& table, const Given& given);

/// `ALTER TABLE table RENAME TO name`.
PgQuery__Node* renameTo(const PgQuery__RangeVar& table, const std::string& name, Draft& draft);

/// `CREATE VIEW table AS SELECT columns FROM name`, where `columns` are pairs of what is read and what it is called.
PgQuery__Node* viewFor(const PgQuery__RangeVar& table, const std::string& name,
                       const std::vector<std::pair<std::string, std::string>>& columns, const Given& given,
                       Draft& draft);

PgQuery__Node* dropView(const PgQuery__RangeVar& view, Draft& draft);

}  // namespace hotswap::analysis::postgres::rewrites
