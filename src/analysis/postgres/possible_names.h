#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace hotswap::analysis::postgres {

/// Every word of the scripts that may be a name, as it is written and in lower case, and whatever stands in double
/// quotes; found without a parser, so that there are more than are names. A name written with Unicode escapes is
/// missed. Nothing where the scripts are so long (a megabyte) that asking for all is less.
std::optional<std::set<std::string>> possibleNames(std::span<const std::string_view> scripts);

}  // namespace hotswap::analysis::postgres
