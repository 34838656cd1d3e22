#pragma once
#include <optional>

#include "db/engine.h"

namespace hotswap::db::postgres {

/// Takes the advisory lock that stands for HotSwap's work on the database of `session`. It belongs to the session, is
/// free as soon as that ends (or says DISCARD ALL), and is known in this database only. Nothing where it is taken, else
/// who holds it. PostgreSQL manual, 13.3.5 and 9.27.10.
std::optional<LockHolder> tryLock(Session& session);
void unlock(Session& session);

}  // namespace hotswap::db::postgres
