#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <string>
#include <vector>

#include "analysis/postgres/effects/simulation.h"

/// The names that the server gives to what a script leaves nameless.
namespace hotswap::analysis::postgres {

/// `table_column_label`, cut to 63 bytes; the label gets a number where a relation of the schema has the name.
std::string freeRelationName(const KnownSchema& schema, const std::string& schemaName, const std::string& table,
                             const std::string& column, const std::string& label);
/// Likewise, where no constraint of the table has the name.
std::string freeConstraintName(const Relation& table, const std::string& column, const std::string& label);

/// `a_b_c`, as names of indexes and foreign keys hold their columns.
std::string joinedColumns(const std::vector<std::string>& columns);

/// What the server calls an index column that is this expression: the function's name, `expr` where it has none.
std::string indexColumnName(const PgQuery__Node& expression);

}  // namespace hotswap::analysis::postgres
