#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "db/script.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// One comment `-- hotswap: allow RULE[, RULE…] reason="…" [until=YYYY-MM-DD]`.
struct Suppression {
  std::vector<std::string> rules;
  std::string reason;
  std::optional<std::chrono::sys_days> until;  ///< the last day on which it holds, in UTC
  Position position;
  /// The statement it speaks of: the one that ends on its line before it, else the one it stands in or before. Nothing
  /// where no statement follows.
  std::optional<std::size_t> statement;
};

struct Suppressions {
  std::vector<Suppression> all;
  std::vector<Finding> faults;  ///< comments that can't be understood, and rules nobody may silence: `suppression`
};

/// What a rule may be silenced for.
enum class Silencing {
  Allowed,
  Refused,  ///< what it finds would fail all the same
  UnknownRule
};

/// Reads the suppressions of a script. `silencing` tells of a rule's name whether it may be silenced.
Suppressions readSuppressions(const db::Script& language, std::string_view script,
                              const std::vector<db::Statement>& statements,
                              const std::function<Silencing(const std::string&)>& silencing);

/// Marks the findings that a suppression allows (those of its rules on its statement, and those on the script as a
/// whole), and adds a finding `suppression-expired` for each suppression that is past its day and would be needed.
void allowSuppressed(std::vector<Finding>& findings, const Suppressions& suppressions, std::chrono::sys_days today);

}  // namespace hotswap::analysis
