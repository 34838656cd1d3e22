#pragma once
#include <pg_query/pg_query.pb-c.h>

#include <cstddef>

namespace hotswap::db::postgres {

/// An upper bound of how deep the tree of a statement is, from its tokens. What stands between two commas (or AND, OR,
/// WHEN …, whose lists the parser keeps flat) can be nested at most as deep as it has tokens; a chain of UNION or JOIN
/// is as deep as it has links, whatever stands between them; brackets add to what they stand in.
std::size_t nestingBound(const PgQuery__ScanResult& scan);

}  // namespace hotswap::db::postgres
