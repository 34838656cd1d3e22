#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/report.h"

namespace hotswap::analysis {

struct ValidationRequest {
  std::string migrationScript;
  std::optional<std::string> rollbackScript;
  bool dryRun = false;  ///< also run the script inside a transaction that is rolled back, where every statement allows it
};

/// Syntax, risk and grouping of a script by the grammar alone; no server is asked. Never throws for bad SQL.
ValidationReport validateOffline(const db::Engine& engine, const ValidationRequest& request);

/// As validateOffline, and against the database: objects that are missing, names that are taken, indexes left invalid
/// on the tables touched, and the dry run. Objects that the script itself makes or drops before are taken into account.
/// Throws SqlError where the database can't be reached. At most 30 s.
ValidationReport validate(const db::Engine& engine, const ConnectionString& target, const ValidationRequest& request,
                          Clock& clock);

/// The risk of a parsed script: Low for nothing but additions under weak locks, High where something is dropped,
/// renamed or rewritten, Medium for the rest.
RiskLevel riskOf(const std::vector<db::Statement>& statements);

}  // namespace hotswap::analysis
