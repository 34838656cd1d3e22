#pragma once
#include <memory>

#include "base/clock.h"
#include "db/scratch_database.h"

namespace hotswap::db::postgres {

/// An empty database on the server of `target`, with its encoding and locale. Its name is `hotswap_rehearsal_`, the
/// moment in UTC and the process id of the session that keeps it. Others of such a name that are older than ten minutes
/// and have lost their session (their owner was killed) are dropped first. Throws SqlError; kind InsufficientPrivilege
/// where the role may not make databases.
std::unique_ptr<ScratchDatabase> makeScratchDatabase(const ConnectionString& target, Milliseconds timeout);

}  // namespace hotswap::db::postgres
