#include "analysis/linter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/effects_report.h"
#include "analysis/inverse_report.h"
#include "analysis/offline_rules.h"
#include "analysis/risk.h"
#include "analysis/rule_info.h"
#include "analysis/safer_script.h"
#include "analysis/suppressions.h"

namespace hotswap::analysis {

namespace {

/// Takes the findings as the settings want them taken.
void weigh(std::vector<Finding>& findings, const LintSettings& settings) {
  std::erase_if(findings, [&](Finding& finding) {
    const auto wanted = settings.severities.find(finding.rule);
    if (wanted == settings.severities.end()) return false;
    if (wanted->second) finding.severity = *wanted->second;
    return !wanted->second;
  });
}

/// Safe forms take the place of statements whose findings they answer, where somebody still wants to hear of those.
void addSaferScript(ValidationReport& report, std::string_view script, const std::vector<db::Statement>& statements,
                    const std::vector<std::optional<SafeForm>>& safer) {
  std::map<std::size_t, const SafeForm*> wanted;
  for (const Finding& finding : report.findings) {
    if (finding.allowed || finding.saferScript.empty()) continue;
    if (const auto& form = safer.at(finding.statement.value())) wanted[*finding.statement] = &*form;
  }
  if (!wanted.empty()) report.saferScript = saferScript(script, statements, wanted);
}

}  // namespace

Linter::Linter(const db::Engine& engine, LintSettings settings) : engine_(engine), settings_(std::move(settings)) {
  std::erase_if(settings_.severities, [](const auto& one) { return silencingOf(one.first) != Silencing::Allowed; });
  if (const Dialect* dialect = dialectOf(engine.type())) judge_ = dialect->judge(settings_.today);
}

ValidationReport Linter::judge(const ValidationRequest& request, std::vector<Finding> more) {
  const db::ParsedScript forward = engine_.script().parse(request.migrationScript, db::Trees::Kept);
  std::optional<db::ParsedScript> back;
  if (request.rollbackScript) back = engine_.script().parse(*request.rollbackScript);
  ValidationReport report;
  report.statements = statementReports(forward.statements);
  report.findings = offlineFindings(forward, back, request.needsWayBack);
  std::ranges::move(more, std::back_inserter(report.findings));
  std::vector<std::optional<SafeForm>> safer;
  if (judge_) {
    std::vector<Judgement> judgements = judge_->judge(forward.statements);
    addEffects(report, judgements);
    addInverses(report, judgements);
    for (Judgement& one : judgements) {
      std::ranges::move(one.findings, std::back_inserter(report.findings));
      safer.push_back(std::move(one.safer));
    }
  }
  weigh(report.findings, settings_);
  allowSuppressed(report.findings,
                  readSuppressions(engine_.script(), request.migrationScript, forward.statements, silencingOf),
                  settings_.today);
  addSaferScript(report, request.migrationScript, forward.statements, safer);
  report.riskLevel = riskOf(forward.statements);
  report.affectedObjects = affectedObjects(forward.statements);
  return report;
}

void Linter::pass(std::string_view script) {
  if (judge_) judge_->judge(engine_.script().parse(script, db::Trees::Kept).statements);
}

void Linter::findInverses(db::Session* session, const std::vector<db::Statement>& statements) {
  if (judge_) judge_->findInverses(session, statements);
}

void Linter::load(db::Session& session, std::span<const std::string_view> scripts) {
  if (judge_) judge_->load(session, scripts);
}

}  // namespace hotswap::analysis
