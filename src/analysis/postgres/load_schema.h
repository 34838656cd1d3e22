#pragma once
#include "analysis/postgres/known_schema.h"
#include "db/session.h"

namespace hotswap::analysis::postgres {

/// The schema of the session's database, with everything its effects depend on, in a fixed number of queries of the
/// catalog; no table of the user is locked or read. Inside a transaction it sees that transaction's own changes.
/// Relations of other sessions' temporary schemas are left out. Time zone and search path are the session's.
/// 5,000 tables take well under a second. Throws SqlError.
KnownSchema loadSchema(db::Session& session);

}  // namespace hotswap::analysis::postgres
