#pragma once
#include <vector>

#include "db/catalog.h"

namespace hotswap::db::postgres {

/// `Catalog::rowChanges` of PostgreSQL, from the counters that a backend keeps of its own transaction (manual, chapter
/// "The Cumulative Statistics System"). Asks for no locks; takes some milliseconds for 10,000 tables.
std::vector<RowChanges> rowChangesOf(Session& session);

/// `Catalog::emptiedBesides` of PostgreSQL. Where the role may not read a table, one whose file is not empty counts as
/// one with rows.
std::vector<std::string> tablesEmptiedBesides(Session& session, const Statement& statement);

}  // namespace hotswap::db::postgres
