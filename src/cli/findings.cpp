#include "cli/findings.h"

#include <fmt/format.h>

#include <limits>

#include "cli/watch_view.h"

namespace hotswap::cli {

namespace {

int placeOf(const Json& finding, const std::string& key) {
  const auto number = numberOf(finding, key);
  return number && *number >= 1 && *number <= std::numeric_limits<int>::max() ? static_cast<int>(*number) : 0;
}

}  // namespace

std::string findingLines(const std::vector<Json>& findings, const KnownScripts& scripts, const Paint& paint) {
  std::string lines;
  for (const Json& finding : findings) {
    const std::string severity = textOf(finding, "severity");
    const int line = placeOf(finding, "line");
    const int column = placeOf(finding, "column");
    const auto script = scripts.find(textOf(finding, "script"));
    std::string place;
    if (line > 0) {
      place = fmt::format(" ({}{}{})", script != scripts.end() ? printable(script->second.name) + ":" : "line ", line,
                          column > 0 ? fmt::format(":{}", column) : std::string());
    }
    lines += fmt::format("{} {}: {}{}\n", paint(toneOf(severity), printable(severity)),
                         printable(textOf(finding, "rule")), printable(textOf(finding, "message")), place);
    if (script != scripts.end() && line > 0) lines += excerpt(script->second.text, line, column, paint);
    if (const std::string advice = textOf(finding, "recommendation"); !advice.empty()) {
      lines += "  " + printable(advice) + "\n";
    }
  }
  return lines;
}

}  // namespace hotswap::cli
