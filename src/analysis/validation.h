#pragma once
#include "analysis/validation_request.h"
#include "base/clock.h"
#include "db/engine.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// Syntax, risk and grouping of a script by the grammar alone; no server is asked. Never throws for bad SQL.
ValidationReport validateOffline(const db::Engine& engine, const ValidationRequest& request);

/// As validateOffline, and against the database: objects that are missing, names that are taken, indexes left invalid
/// on the tables touched, indexes that exist under another name, and the dry run. Objects that the script itself makes
/// or drops before are taken into account; what the text doesn't tell is not claimed.
/// A dry run takes the locks of the real run, waits at most 2 s for each and holds them until it is rolled back.
/// Throws SqlError where the database can't be reached. At most 30 s: what was not looked at by then is said so.
ValidationReport validate(const db::Engine& engine, const ConnectionString& target, const ValidationRequest& request,
                          Clock& clock);

}  // namespace hotswap::analysis
