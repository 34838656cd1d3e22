#pragma once
#include <optional>
#include <string>
#include <vector>

#include "db/script.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// What can be said of both scripts without a database: `syntax`, `too-many-statements`, `empty-script`,
/// `transaction-control`, `copy-stdin` (errors), `no-way-back` (a warning). `back` is absent where no way back was
/// given, and looked for only where `needsWayBack`.
std::vector<Finding> offlineFindings(const db::ParsedScript& forward, const std::optional<db::ParsedScript>& back,
                                     bool needsWayBack);

/// The statements as the report shows them, secrets masked, with the number of the transaction each runs in.
std::vector<StatementReport> statementReports(const std::vector<db::Statement>& statements);

/// The names of what the script makes, drops, changes or reads while changing something, sorted, each once.
std::vector<std::string> affectedObjects(const std::vector<db::Statement>& statements);

}  // namespace hotswap::analysis
