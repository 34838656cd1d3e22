#include "analysis/validation.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "analysis/conflicts.h"
#include "analysis/dry_run.h"
#include "analysis/finding.h"
#include "analysis/linter.h"
#include "analysis/rehearsal.h"

namespace hotswap::analysis {

namespace {

constexpr Milliseconds longestValidation{30'000};
constexpr Milliseconds longestConnect{10'000};
constexpr std::string_view applicationName = "hotswap/validate";

bool hasErrors(const std::vector<Finding>& findings) {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::Error && !finding.allowed; });
}

std::chrono::sys_days dayOf(TimePoint moment) { return std::chrono::floor<std::chrono::days>(moment); }

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  std::ranges::move(more, std::back_inserter(findings));
}

/// Runs it where the script has no errors, and tells what didn't pass as an error.
void addRehearsal(ValidationReport& report, const db::Engine& engine, const ConnectionString& target,
                  const ValidationRequest& request, const Deadline& deadline) {
  if (hasErrors(report.findings)) {
    report.rehearsal = Rehearsal{.message = "The script has errors."};
    return;
  }
  std::optional<std::string> back = request.rollbackScript;
  if (!back && report.rollback && report.rollback->reversible) back = report.rollback->script;
  report.rehearsal = rehearse(engine, target, request.migrationScript, back, deadline);
  const Rehearsal& rehearsal = *report.rehearsal;
  if (!rehearsal.ran || rehearsal.passed) return;
  std::string message = rehearsal.message;
  for (const std::string& difference : rehearsal.differences) message += " " + difference + ";";
  report.findings.push_back(
      overall("rehearsal", Severity::Error, message,
              "Correct the script or its way back; a copy of the schema has shown what happens."));
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
  Linter linter(engine, {.severities = {}, .today = dayOf(clock.now())});
  if (request.inverses) linter.findInverses();
  ValidationReport report = linter.judge(request);
  finish(report, clock, started);
  return report;
}

ValidationReport validate(const db::Engine& engine, const ConnectionString& target, const ValidationRequest& request,
                          Clock& clock) {
  const auto started = clock.steadyNow();
  const Deadline deadline{clock, started + longestValidation};
  Linter linter(engine, {.severities = {}, .today = dayOf(clock.now())});
  const std::unique_ptr<db::Session> session = engine.connect(target, applicationName, longestConnect);
  engine.setLimits(
      *session,
      {.lock = Milliseconds(2'000), .statement = std::max(deadline.left(), Milliseconds(1)), .idleInTransaction = {}});
  const db::ParsedScript forward = engine.script().parse(request.migrationScript);
  std::vector<Finding> more;
  if (!forward.error) {
    append(more, conflictFindings(engine, *session, forward.statements, deadline));
    append(more, indexFindings(engine, *session, forward.statements));
  }
  linter.load(*session, std::array{std::string_view(request.migrationScript)});
  if (request.inverses) linter.findInverses(session.get(), forward.statements);
  ValidationReport report = linter.judge(request, std::move(more));
  const bool canTry =
      engine.capabilities().transactionalDdl && !forward.statements.empty() && !hasErrors(report.findings);
  if (request.dryRun && canTry) {
    DryRunResult tried = dryRun(engine, *session, forward.statements, request.migrationScript, deadline);
    report.dryRun = tried.ran;
    append(report.findings, std::move(tried.findings));
  }
  if (request.rehearse) addRehearsal(report, engine, target, request, deadline);
  finish(report, clock, started);
  return report;
}

}  // namespace hotswap::analysis
