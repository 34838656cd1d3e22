#include "analysis/offline_rules.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "analysis/finding.h"
#include "analysis/script_state.h"
#include "db/script_plan.h"
#include "observe/log.h"

namespace hotswap::analysis {

namespace {

Finding unreadable(const db::SyntaxError& error) {
  if (error.statementsInAll == 0) {
    return overall("syntax", Severity::Error, fmt::format("The script is not valid SQL: {}.", error.message),
                   "Correct the script at this place.");
  }
  return overall(
      "too-many-statements", Severity::Error,
      fmt::format("The script has {} statements; at most {} are taken.", error.statementsInAll, db::mostStatements),
      "Make several migrations of it, each dependent on the one before; write many rows as one INSERT.");
}

Finding syntaxFinding(const db::SyntaxError& error) {
  Finding finding = unreadable(error);
  finding.line = error.position.line;
  finding.column = error.position.column;
  return finding;
}

/// What is refused in either script.
std::vector<Finding> scriptFindings(const db::ParsedScript& script) {
  std::vector<Finding> findings;
  if (script.error) findings.push_back(syntaxFinding(*script.error));
  for (std::size_t i = 0; i < script.statements.size(); ++i) {
    const db::Statement& statement = script.statements[i];
    if (statement.transactionControl) {
      findings.push_back(
          about(statement, i, "transaction-control", Severity::Error,
                fmt::format("{} is not allowed: HotSwap opens and ends the transactions itself.", statement.kind),
                "Leave the statement out."));
    }
    if (statement.clientCopy) {
      findings.push_back(about(statement, i, "copy-stdin", Severity::Error,
                               "COPY from or to the client is not possible here: there is no client with the rows.",
                               "Write the rows as INSERT, or read them from a file of the server."));
    }
  }
  return findings;
}

}  // namespace

std::vector<Finding> offlineFindings(const db::ParsedScript& forward, const std::optional<db::ParsedScript>& back,
                                     bool needsWayBack) {
  std::vector<Finding> findings = scriptFindings(forward);
  if (!forward.error && forward.statements.empty()) {
    findings.push_back(overall("empty-script", Severity::Error, "The script holds no statement.",
                               "Write the statements of the migration."));
  }
  if (needsWayBack && (!back || (!back->error && back->statements.empty()))) {
    findings.push_back(
        overall("no-way-back", Severity::Warning,
                "There is no way back: what the script has changed outside of a transaction could not be undone.",
                "Add a rollback script that undoes each statement, the last one first."));
    findings.back().script = "rollbackScript";
  }
  if (back) {
    for (Finding& finding : scriptFindings(*back)) {
      finding.script = "rollbackScript";
      finding.statement.reset();
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<StatementReport> statementReports(const std::vector<db::Statement>& statements) {
  std::vector<StatementReport> reports;
  reports.reserve(statements.size());
  const std::vector<db::Unit> units = db::planUnits(statements);
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    for (std::size_t i = units[unit].first; i < units[unit].first + units[unit].count; ++i) {
      const db::Statement& statement = statements[i];
      reports.push_back({.index = i,
                         .line = statement.position.line,
                         .column = statement.position.column,
                         .sql = observe::redact(statement.sql),
                         .kind = statement.kind,
                         .transactional = statement.transactional,
                         .unit = unit});
    }
  }
  return reports;
}

std::vector<std::string> affectedObjects(const std::vector<db::Statement>& statements) {
  using Kind = db::ObjectReference::Kind;
  std::set<std::string> names;
  for (const db::Statement& statement : statements) {
    for (const auto& object : statement.makes) names.insert(nameOf(object));
    for (const auto& object : statement.drops) names.insert(nameOf(object));
    if (statement.lockClass == db::LockClass::None) continue;
    for (const auto& object : statement.needs) {
      if (object.kind != Kind::Type && object.kind != Kind::Function) names.insert(nameOf(object));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace hotswap::analysis
