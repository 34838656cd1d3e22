#include "analysis/finding.h"

#include <utility>

namespace hotswap::analysis {

Finding about(const db::Statement& statement, std::size_t index, std::string rule, Severity severity,
              std::string message, std::string recommendation) {
  Finding finding = overall(std::move(rule), severity, std::move(message), std::move(recommendation));
  finding.statement = index;
  finding.line = statement.position.line;
  finding.column = statement.position.column;
  return finding;
}

Finding overall(std::string rule, Severity severity, std::string message, std::string recommendation) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.severity = severity;
  finding.message = std::move(message);
  finding.recommendation = std::move(recommendation);
  return finding;
}

}  // namespace hotswap::analysis
