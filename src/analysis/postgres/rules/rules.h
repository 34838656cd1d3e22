#pragma once
#include <span>

#include "analysis/postgres/rules/rule.h"

/// The rules of PostgreSQL, one file each. To add one: write `rules/the_rule.cpp` and `docs/rules/the-rule.md` (its
/// examples are its test), declare it here and name it in the list of rules.cpp.
namespace hotswap::analysis::postgres::rules {

extern const Rule createIndexBlocksWrites;

/// All of them.
std::span<const Rule* const> all();

}  // namespace hotswap::analysis::postgres::rules
