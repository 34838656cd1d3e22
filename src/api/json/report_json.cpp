#include "api/json/report_json.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/json/json_values.h"
#include "observe/log.h"

namespace hotswap::api {

namespace {

Json ofSeverity(const std::vector<Finding>& findings, Severity severity) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    // What the script's author has allowed stands among the remarks.
    if ((finding.allowed ? Severity::Info : finding.severity) == severity) list.push_back(toJson(finding));
  }
  return list;
}

/// Rules whose findings say that the script clashes with what the database holds.
bool isConflict(const Finding& finding) {
  static constexpr std::array rules{std::string_view("object-exists"), std::string_view("missing-object"),
                                    std::string_view("dry-run"), std::string_view("truncate-cascade")};
  return finding.severity == Severity::Error && !finding.allowed &&
         std::ranges::find(rules, finding.rule) != rules.end();
}

Json toJson(const std::optional<DerivedRollback>& rollback) {
  if (!rollback) return nullptr;
  return Json{{"script", rollback->script ? Json(*rollback->script) : Json(nullptr)},
              {"reversible", rollback->reversible}};
}

Json toJson(const std::optional<Rehearsal>& rehearsal) {
  if (!rehearsal) return nullptr;
  return Json{{"ran", rehearsal->ran},
              {"passed", rehearsal->passed},
              {"message", textOrNull(rehearsal->message)},
              {"differences", rehearsal->differences},
              {"duration", seconds(rehearsal->duration)}};
}

}  // namespace

Json toJson(const Finding& finding) {
  return Json{{"rule", finding.rule},
              {"severity", toText(finding.severity)},
              {"message", finding.message},
              {"recommendation", textOrNull(finding.recommendation)},
              {"saferScript", textOrNull(observe::redact(finding.saferScript))},
              {"script", finding.script},
              {"statement", finding.statement ? Json(*finding.statement) : Json(nullptr)},
              {"line", finding.line > 0 ? Json(finding.line) : Json(nullptr)},
              {"column", finding.column > 0 ? Json(finding.column) : Json(nullptr)},
              {"sqlState", textOrNull(finding.sqlState)},
              {"allowed", finding.allowed ? Json(*finding.allowed) : Json(nullptr)}};
}

Json toJson(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(toJson(finding));
  return list;
}

Json toJson(const StatementReport& statement) {
  Json locks = Json::array();
  for (const LockReport& lock : statement.locks) locks.push_back({{"object", lock.object}, {"mode", lock.mode}});
  return Json{{"index", statement.index},
              {"line", statement.line},
              {"column", statement.column},
              {"sql", statement.sql},
              {"kind", statement.kind},
              {"transactional", statement.transactional},
              {"unit", statement.unit},
              {"locks", std::move(locks)},
              {"rewrites", statement.rewrites},
              {"scans", statement.scans},
              {"blocks", {{"reads", statement.blocksReads}, {"writes", statement.blocksWrites}}},
              {"estimatedSeconds", toJson(statement.estimated)},
              {"unknown", statement.unknown},
              {"inverse", statement.inverse ? Json(*statement.inverse) : Json(nullptr)},
              {"reversible", statement.reversible ? Json(*statement.reversible) : Json(nullptr)},
              {"lost", statement.lost}};
}

Json toJson(const ValidationReport& report) {
  Json statements = Json::array();
  for (const StatementReport& statement : report.statements) statements.push_back(toJson(statement));
  return Json{{"isValid", report.isValid},
              {"errors", ofSeverity(report.findings, Severity::Error)},
              {"warnings", ofSeverity(report.findings, Severity::Warning)},
              {"infos", ofSeverity(report.findings, Severity::Info)},
              {"statements", std::move(statements)},
              {"saferScript", report.saferScript ? Json(observe::redact(*report.saferScript)) : Json(nullptr)},
              {"estimatedDuration", toJson(report.estimatedDuration)},
              {"riskLevel", toText(report.riskLevel)},
              {"requiresApproval", false},
              {"rollback", toJson(report.rollback)},
              {"rehearsal", toJson(report.rehearsal)},
              {"dryRun", report.dryRun},
              {"dependencyCheck",
               {{"hasConflicts", std::ranges::any_of(report.findings, isConflict)},
                {"affectedObjects", report.affectedObjects}}},
              {"validatedAt", toJson(report.validatedAt)},
              {"duration", seconds(report.duration)}};
}

}  // namespace hotswap::api
