#pragma once
#include <memory>

#include "db/engine.h"

namespace hotswap::db::sqlite {

/// SQLite 3.38 and later, by its C library. A connection's dbname is the path of the file; it is made where it is
/// missing. See SqliteSession for what a session leaves as it is, DatabaseLock for the lock of a database.
///
/// `connect` never waits, so that its timeout has nothing to bound. `setLimits` takes only sessions made by this
/// engine. What became of a transaction can't be found out afterwards: `transactionOutcome` is Unknown.
std::unique_ptr<Engine> makeEngine();

}  // namespace hotswap::db::sqlite
