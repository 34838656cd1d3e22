#include "api/resources/migration_checks.h"

#include <algorithm>

#include "analysis/validation.h"
#include "api/error_body.h"
#include "base/text.h"

namespace hotswap::api {

namespace {

std::string statementOf(const ValidationReport& report, const Finding& finding) {
  if (finding.script != "migrationScript" || !finding.statement || *finding.statement >= report.statements.size())
    return {};
  return report.statements[*finding.statement].sql;
}

}  // namespace

std::vector<Finding> checkScripts(const Services& services, const DatabaseTarget& database, Migration& migration) {
  const bool hasWayBack = migration.rollbackScript && !trim(*migration.rollbackScript).empty();
  ValidationReport report =
      analysis::validateOffline(services.engines.of(database.type), {.migrationScript = migration.migrationScript,
                                                                     .rollbackScript = migration.rollbackScript,
                                                                     .dryRun = false,
                                                                     .inverses = false});
  std::vector<Finding> errors;
  std::ranges::copy_if(report.findings, std::back_inserter(errors),
                       [](const Finding& finding) { return finding.severity == Severity::Error && !finding.allowed; });
  if (!errors.empty()) {
    std::string statement = statementOf(report, errors.front());
    throw ScriptError(std::move(errors), std::move(statement));
  }
  if (!hasWayBack && database.environment == Environment::Production) {
    throw Error(ErrorCode::ValidationError, "A migration of a Production database needs a way back.",
                {{"rollbackScript", "is required for Production"}});
  }
  migration.riskLevel = std::max(migration.riskLevel, report.riskLevel);
  return std::move(report.findings);
}

}  // namespace hotswap::api
