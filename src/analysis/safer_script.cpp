#include "analysis/safer_script.h"

#include <fmt/format.h>

#include <algorithm>

namespace hotswap::analysis {

namespace {

constexpr std::string_view commitHere = "-- hotswap: commit\n";

/// Without the comment that the text begins with, where it stands above it already.
std::string withoutRepeatedComment(std::string text, std::string_view above) {
  const std::size_t end = text.find('\n');
  if (!text.starts_with("-- ") || end == std::string::npos) return text;
  const std::size_t last = above.find_last_not_of(" \t\r\n");
  if (above.substr(0, last + 1).ends_with(std::string_view(text).substr(0, end))) text.erase(0, end + 1);
  return text;
}

}  // namespace

std::string textOf(const SafeForm& form) {
  std::string text;
  if (!form.later.empty()) {
    text += fmt::format("-- Later, when {}:\n", form.when);
    for (const std::string& statement : form.later) text += fmt::format("--   {};\n", statement);
  }
  for (std::size_t i = 0; i < form.steps.size(); ++i) {
    const SafeStep& step = form.steps[i];
    if (i > 0) text += ";\n";
    if (i > 0 && step.transactional && form.steps[i - 1].transactional) text += commitHere;
    for (std::size_t each = 0; each < step.statements.size(); ++each) {
      if (each > 0) text += ";\n";
      text += step.statements[each];
    }
  }
  return text;
}

std::string saferScript(std::string_view script, const std::vector<db::Statement>& statements,
                        const std::map<std::size_t, const SafeForm*>& forms) {
  std::string safer;
  std::size_t written = 0;
  bool isOpen = false;    // the statement before can share its transaction with the next one
  bool isOfForm = false;  // and is one of a safe form
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const db::Statement& statement = statements[i];
    const auto found = forms.find(i);
    const SafeForm* form = found == forms.end() ? nullptr : found->second;
    const bool joins = form == nullptr ? statement.transactional : form->steps.front().transactional;
    safer += script.substr(written, statement.offset - written);
    written = statement.offset;
    if (isOpen && joins && !statement.beginsUnit && (isOfForm || form != nullptr)) safer += commitHere;
    isOpen = form == nullptr ? statement.transactional : form->steps.back().transactional;
    isOfForm = form != nullptr;
    if (form == nullptr) continue;
    safer += withoutRepeatedComment(textOf(*form), safer);
    written += statement.sql.size();
  }
  safer += script.substr(written);
  return safer;
}

}  // namespace hotswap::analysis
