#include "analysis/validation.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "analysis/conflicts.h"
#include "analysis/dry_run.h"
#include "analysis/offline_rules.h"

namespace hotswap::analysis {

namespace {

constexpr Milliseconds longestValidation{30'000};
constexpr Milliseconds longestConnect{10'000};
constexpr std::string_view applicationName = "hotswap/validate";

bool hasErrors(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, [](const Finding& finding) { return finding.severity == Severity::Error; });
}

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

/// The part of a report that needs no database.
ValidationReport offlineReport(const db::Engine& engine, const ValidationRequest& request,
                               const db::ParsedScript& forward) {
  std::optional<db::ParsedScript> back;
  if (request.rollbackScript) back = engine.script().parse(*request.rollbackScript);
  ValidationReport report;
  report.findings = offlineFindings(forward, back);
  report.statements = statementReports(forward.statements);
  report.riskLevel = riskOf(forward.statements);
  report.affectedObjects = affectedObjects(forward.statements);
  return report;
}

void finish(ValidationReport& report, const Clock& clock, std::chrono::steady_clock::time_point started) {
  report.isValid = !hasErrors(report.findings);
  report.validatedAt = clock.now();
  report.duration = std::chrono::duration_cast<Milliseconds>(clock.steadyNow() - started);
}

}  // namespace

ValidationReport validateOffline(const db::Engine& engine, const ValidationRequest& request) {
  const SystemClock clock;
  const auto started = clock.steadyNow();
  ValidationReport report = offlineReport(engine, request, engine.script().parse(request.migrationScript));
  finish(report, clock, started);
  return report;
}

ValidationReport validate(const db::Engine& engine, const ConnectionString& target, const ValidationRequest& request,
                          Clock& clock) {
  const auto started = clock.steadyNow();
  const Deadline deadline{clock, started + longestValidation};
  const db::ParsedScript forward = engine.script().parse(request.migrationScript);
  ValidationReport report = offlineReport(engine, request, forward);
  const std::unique_ptr<db::Session> session = engine.connect(target, applicationName, longestConnect);
  if (!forward.error) {
    engine.setLimits(*session, {.lock = Milliseconds(2'000),
                                .statement = std::max(deadline.left(), Milliseconds(1)),
                                .idleInTransaction = {}});
    append(report.findings, conflictFindings(engine, *session, forward.statements, deadline));
    append(report.findings, indexFindings(engine, *session, forward.statements));
  }
  const bool canTry =
      engine.capabilities().transactionalDdl && !forward.statements.empty() && !hasErrors(report.findings);
  if (request.dryRun && canTry) {
    DryRunResult tried = dryRun(engine, *session, forward.statements, request.migrationScript, deadline);
    report.dryRun = tried.ran;
    append(report.findings, std::move(tried.findings));
  }
  finish(report, clock, started);
  return report;
}

}  // namespace hotswap::analysis
