#include "analysis/inverse_report.h"

#include <string>

namespace hotswap::analysis {

namespace {

/// As a script, a statement a line; nothing for none.
std::optional<std::string> scriptOf(const std::vector<std::string>& statements) {
  if (statements.empty()) return std::nullopt;
  std::string script;
  for (const std::string& statement : statements) script += statement + ";\n";
  return script;
}

}  // namespace

void addInverses(ValidationReport& report, const std::vector<Judgement>& judgements) {
  std::vector<std::string> all;
  bool reversible = !judgements.empty();
  for (std::size_t i = judgements.size(); i-- > 0;) {
    if (!judgements[i].inverse) return;
    const Inverse& inverse = *judgements[i].inverse;
    StatementReport& statement = report.statements.at(i);
    statement.inverse = scriptOf(inverse.statements);
    statement.reversible = inverse.reversible();
    statement.lost = inverse.losses;
    reversible = reversible && inverse.reversible();
    all.insert(all.end(), inverse.statements.begin(), inverse.statements.end());
  }
  if (!judgements.empty()) report.rollback = DerivedRollback{.script = scriptOf(all), .reversible = reversible};
}

}  // namespace hotswap::analysis
