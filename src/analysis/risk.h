#pragma once
#include <vector>

#include "db/script.h"
#include "domain/migration.h"

namespace hotswap::analysis {

/// The risk of a parsed script: Low for nothing but additions under weak locks, High where something is dropped,
/// renamed or rewritten, Medium for the rest. What a statement does to objects that the script itself has made harms
/// nobody. A statement that may do more than its text tells is Medium at least.
RiskLevel riskOf(const std::vector<db::Statement>& statements);

}  // namespace hotswap::analysis
