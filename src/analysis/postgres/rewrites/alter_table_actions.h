#pragma once
#include <string_view>
#include <vector>

#include "analysis/postgres/rewrites/rewrite.h"

namespace hotswap::analysis::postgres::rewrites {

/// Whether a statement is an ALTER TABLE that works under its lock or drops columns, and has several actions;
/// constraints that stand behind a new column count as actions of their own.
bool consistsOfSeveral(const Given& given);

/// Writes the actions of such a statement one by one, in the order in which the server takes them: those with a safe
/// form as that, the others together between them. Returns the rules that this is an answer to; none, and the draft is
/// not to be used, where no action has a safe form.
std::vector<std::string_view> writeActions(const Given& given, Draft& draft);

}  // namespace hotswap::analysis::postgres::rewrites
