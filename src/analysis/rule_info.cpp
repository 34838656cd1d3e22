#include "analysis/rule_info.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "analysis/dialect.h"

namespace hotswap::analysis {

namespace {

/// Of the rules that are no files of their own: they need no tree and no knowledge of the engine.
constexpr std::array common{
    RuleInfo{"syntax", Severity::Error, "the script is not valid SQL", true},
    RuleInfo{"too-many-statements", Severity::Error, "the script has more statements than are taken", true},
    RuleInfo{"empty-script", Severity::Error, "the script holds no statement", true},
    RuleInfo{"transaction-control", Severity::Error, "the script begins or ends transactions itself", true},
    RuleInfo{"copy-stdin", Severity::Error, "COPY wants rows from a client", true},
    RuleInfo{"object-exists", Severity::Error, "a name is taken already", true},
    RuleInfo{"missing-object", Severity::Error, "an object is not there", true},
    RuleInfo{"dry-run", Severity::Error, "a statement failed in the dry run", true},
    RuleInfo{"dry-run-locked", Severity::Warning, "a statement of the dry run didn't get its lock", true},
    RuleInfo{"dry-run-timeout", Severity::Warning, "a statement of the dry run took too long", true},
    RuleInfo{"dry-run-partial", Severity::Info, "the dry run ended before the script", true},
    RuleInfo{"rehearsal", Severity::Error, "the script or its way back failed in a copy of the schema", true},
    RuleInfo{"validation-partial", Severity::Warning, "the time was over before everything was looked at", true},
    RuleInfo{"suppression", Severity::Warning, "a suppression can't be understood", true},
    RuleInfo{"suppression-expired", Severity::Warning, "a suppression is past its day", true},
    RuleInfo{"no-way-back", Severity::Warning, "there is no script that undoes the migration"},
    RuleInfo{"truncate-cascade", Severity::Error, "TRUNCATE … CASCADE empties tables it doesn't name"},
    RuleInfo{"duplicate-index", Severity::Warning, "the same index stands under another name"},
    RuleInfo{"invalid-index", Severity::Warning, "a failed build has left an invalid index"},
};

}  // namespace

const std::vector<RuleInfo>& allRules() {
  static const std::vector<RuleInfo> all = [] {
    std::vector<RuleInfo> rules(common.begin(), common.end());
    for (const auto& [type, name] : EnumTexts<DatabaseType>::entries) {
      if (const Dialect* dialect = dialectOf(type)) std::ranges::copy(dialect->rules(), std::back_inserter(rules));
    }
    std::ranges::sort(rules, {}, &RuleInfo::id);
    return rules;
  }();
  return all;
}

const RuleInfo* ruleCalled(std::string_view id) {
  const auto found = std::ranges::lower_bound(allRules(), id, {}, &RuleInfo::id);
  return found != allRules().end() && found->id == id ? &*found : nullptr;
}

Silencing silencingOf(std::string_view id) {
  const RuleInfo* rule = ruleCalled(id);
  if (rule == nullptr) return Silencing::UnknownRule;
  return rule->isFact ? Silencing::Refused : Silencing::Allowed;
}

}  // namespace hotswap::analysis
