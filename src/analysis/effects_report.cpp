#include "analysis/effects_report.h"

#include <utility>

namespace hotswap::analysis {

namespace {

std::vector<std::string> textsOf(const std::vector<RelationName>& names) {
  std::vector<std::string> texts;
  for (const RelationName& name : names) texts.push_back(name.text());
  return texts;
}

void describe(const Effects& effects, StatementReport& report) {
  for (const RelationLock& lock : effects.locks) {
    if (!lock.own) report.locks.push_back({lock.object.text(), std::string(toText(lock.mode))});
  }
  report.rewrites = textsOf(effects.rewrites);
  report.scans = textsOf(effects.scans);
  report.blocksReads = effects.blocksReads();
  report.blocksWrites = effects.blocksWrites();
  report.unknown = effects.unknown;
}

}  // namespace

void addEffects(ValidationReport& report, const std::vector<Judgement>& judgements) {
  if (judgements.empty()) return;
  std::optional<Seconds> total(Seconds(0));
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    StatementReport& statement = report.statements.at(i);
    describe(judgements[i].effects, statement);
    statement.estimated = judgements[i].estimated;
    if (!statement.estimated) total.reset();
    if (total) *total += *statement.estimated;
  }
  report.estimatedDuration = total;
}

}  // namespace hotswap::analysis
