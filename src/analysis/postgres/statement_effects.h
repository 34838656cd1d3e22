#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "analysis/effects.h"
#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// What a statement does, and `schema` brought forward: it is afterwards as the server would leave it. One walk through
/// the statement does both, as the server does, so that effects and schema can't disagree.
/// `statement`: the tree of one statement, borrowed. Pure but for `schema`; never throws for bad SQL.
Effects apply(const PgQuery__Node& statement, KnownSchema& schema);

/// What a statement would do; `schema` stays as it is. Copies the schema: where a script is read from start to end,
/// `apply` costs a few microseconds instead.
Effects effectsOf(const PgQuery__Node& statement, const KnownSchema& schema);

}  // namespace hotswap::analysis::postgres
