#include "analysis/postgres/possible_names.h"

#include <algorithm>

#include "base/text.h"

namespace hotswap::analysis::postgres {

namespace {

constexpr std::size_t longest = std::size_t{1} << 20U;

bool isPartOfName(char character) {
  return character == '_' || character == '$' || (character & '\x80') != 0 || (character >= '0' && character <= '9') ||
         (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

void addNames(std::string_view script, std::set<std::string>& names) {
  const auto add = [&](std::string_view name) {
    if (name.empty()) return;
    names.emplace(name);
    names.insert(toLower(name));
  };
  for (std::size_t at = 0; at < script.size();) {
    if (script[at] == '"') {
      // Whether a name begins or ends here isn't known, so that what stands between is looked at, too.
      ++at;
      add(script.substr(at, script.find('"', at) - at));
      continue;
    }
    const std::size_t end = static_cast<std::size_t>(std::ranges::find_if_not(script.substr(at), isPartOfName) -
                                                     script.substr(at).begin()) +
                            at;
    add(script.substr(at, end - at));
    at = std::max(end, at + 1);
  }
}

}  // namespace

std::optional<std::set<std::string>> possibleNames(std::span<const std::string_view> scripts) {
  std::size_t bytes = 0;
  for (const std::string_view script : scripts) bytes += script.size();
  if (bytes > longest) return {};
  std::set<std::string> names;
  for (const std::string_view script : scripts) addNames(script, names);
  return names;
}

}  // namespace hotswap::analysis::postgres
