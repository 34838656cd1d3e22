#pragma once
#include <memory>

#include "db/engine.h"

namespace hotswap::db::postgres {

/// PostgreSQL 12 and later, over libpq and libpg_query.
///
/// `setLimits` takes only sessions made by this engine. It works inside and outside transactions, for the rest of the
/// session; but as PostgreSQL undoes a SET with the transaction it was made in, limits set inside one that is rolled
/// back are those from before it. In a transaction that has failed already it throws (25P02): roll back first.
///
/// `transactionOutcome` must be asked outside a transaction. It is Unknown for transactions too old to be remembered,
/// for ids that this server has never given out, as after a restore, and for commits on another timeline, as after a
/// fail-over.
std::unique_ptr<Engine> makeEngine();

}  // namespace hotswap::db::postgres
