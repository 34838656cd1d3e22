#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "analysis/postgres/known_schema.h"
#include "db/session.h"

namespace hotswap::analysis::postgres {

/// The schema of the session's database, with everything its effects depend on, in a fixed number of queries of the
/// catalog; no table of the user is locked or read. Inside a transaction it sees that transaction's own changes.
/// Relations of other sessions' temporary schemas are left out. Time zone and search path are the session's.
/// What checks say is read for tables that `scripts` name, and for all partitions: the server needs a while for each,
/// and nothing else asks for it; without scripts it is read for all. 5,000 tables take well under a second then.
/// Throws SqlError.
KnownSchema loadSchema(db::Session& session, std::optional<std::span<const std::string_view>> scripts = {});

}  // namespace hotswap::analysis::postgres
