#include "analysis/postgres/rules/rule.h"

#include <algorithm>
#include <utility>

#include "analysis/finding.h"

namespace hotswap::analysis::postgres::rules {

void Remarks::add(std::string message, std::string recommendation) {
  addAt(-1, std::move(message), std::move(recommendation));
}

void Remarks::addAt(int location, std::string message, std::string recommendation) {
  Finding finding =
      about(statement_, index_, std::string(rule_.id), rule_.severity, std::move(message), std::move(recommendation));
  if (location > 0) {
    const auto offset = std::min(static_cast<std::size_t>(location), statement_.sql.size());
    const Position step = positionOf(statement_.sql, offset);
    finding.column = step.line == 1 ? finding.column + step.column - 1 : step.column;
    finding.line += step.line - 1;
  }
  findings_.push_back(std::move(finding));
}

void Remarks::addIfItStays(std::function<bool(const KnownSchema& end)> holds, std::string message,
                           std::string recommendation) {
  pending_.push_back({.statement = index_,
                      .holds = std::move(holds),
                      .finding = about(statement_, index_, std::string(rule_.id), rule_.severity, std::move(message),
                                       std::move(recommendation))});
}

}  // namespace hotswap::analysis::postgres::rules
