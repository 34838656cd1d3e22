#include "analysis/postgres/rules/rule.h"

#include <algorithm>
#include <utility>

#include "analysis/finding.h"

namespace hotswap::analysis::postgres::rules {

std::vector<const Past*> Look::inTransaction() const {
  std::vector<const Past*> same;
  for (const Past& one : past) {
    if (one.unit == unit) same.push_back(&one);
  }
  return same;
}

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

}  // namespace hotswap::analysis::postgres::rules
