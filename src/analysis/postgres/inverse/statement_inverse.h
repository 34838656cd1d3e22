#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "analysis/effects.h"
#include "analysis/inverse.h"
#include "analysis/postgres/inverse/definitions.h"
#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// The way back of a statement, built as parse trees and written by libpg_query's deparser. `before`, `after`: the
/// schema without it and with it; `effects`: what it does; `definitions`: how what was there had been made. Pure; the
/// caller sees to a stack that is deep enough for the tree. Cost grows with the schema for statements that drop.
Inverse inverseOf(const PgQuery__Node& statement, const KnownSchema& before, const KnownSchema& after,
                  const Effects& effects, const Definitions& definitions);

/// Whether the way back of a statement takes more than the schema's model: the definitions of what is there now.
bool needsDefinitions(const PgQuery__Node& statement);

}  // namespace hotswap::analysis::postgres
