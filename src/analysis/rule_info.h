#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "analysis/suppressions.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// What is known of a rule without running it.
struct RuleInfo {
  std::string_view id;  ///< `missing-object`: lower case, words joined by hyphens; never renamed
  Severity severity = Severity::Warning;
  std::string_view title;  ///< what it finds, as a clause
  /// What it finds fails when the script is run, or is about the analysis itself: neither a comment nor a setting
  /// silences it.
  bool isFact = false;
};

/// The rules that hold for every engine and the engines' own, by id.
const std::vector<RuleInfo>& allRules();

/// The rule of that name, or nullptr.
const RuleInfo* ruleCalled(std::string_view id);

/// Whether a rule may be silenced by a comment.
Silencing silencingOf(std::string_view id);

}  // namespace hotswap::analysis
