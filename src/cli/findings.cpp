#include "cli/findings.h"

#include <fmt/format.h>

#include <limits>
#include <sstream>

#include "cli/watch_view.h"

namespace hotswap::cli {

namespace {

int placeOf(const Json& finding, const std::string& key) {
  const auto number = numberOf(finding, key);
  return number && *number >= 1 && *number <= std::numeric_limits<int>::max() ? static_cast<int>(*number) : 0;
}

std::string indented(const std::string& script) {
  std::istringstream in(script);
  std::string lines;
  for (std::string line; std::getline(in, line);) lines += "    " + printable(line) + "\n";
  return lines;
}

}  // namespace

std::string findingLines(const std::vector<Json>& findings, const KnownScripts& scripts, const Paint& paint) {
  std::string lines;
  std::string shown;
  for (const Json& finding : findings) {
    const std::string severity = textOf(finding, "severity");
    const int line = placeOf(finding, "line");
    const int column = placeOf(finding, "column");
    const auto script = scripts.find(textOf(finding, "script"));
    const std::string name = script != scripts.end() ? printable(script->second.name) : "";
    std::string place;
    if (line > 0) {
      place = fmt::format(" ({}{}{})", name.empty() ? "line " : name + ":", line,
                          column > 0 ? fmt::format(":{}", column) : std::string());
    } else if (!name.empty()) {
      place = fmt::format(" ({})", name);
    }
    lines += fmt::format("{} {}: {}{}\n", paint(toneOf(severity), printable(severity)),
                         printable(textOf(finding, "rule")), printable(textOf(finding, "message")), place);
    if (script != scripts.end() && line > 0) lines += excerpt(script->second.text, line, column, paint);
    if (const std::string advice = textOf(finding, "recommendation"); !advice.empty()) {
      lines += "  " + printable(advice) + "\n";
    }
    // Several findings of one statement have one answer.
    const std::string safer = textOf(finding, "saferScript");
    if (safer != shown && !safer.empty()) lines += "  Safer:\n" + indented(safer);
    shown = safer;
  }
  return lines;
}

Json findingJson(const Finding& finding, const std::filesystem::path& file) {
  return {{"rule", finding.rule},
          {"severity", toText(finding.severity)},
          {"message", finding.message},
          {"recommendation", finding.recommendation.empty() ? Json(nullptr) : Json(finding.recommendation)},
          {"saferScript", finding.saferScript.empty() ? Json(nullptr) : Json(finding.saferScript)},
          {"script", finding.script},
          {"file", file.string()},
          {"line", finding.line > 0 ? Json(finding.line) : Json(nullptr)},
          {"column", finding.column > 0 ? Json(finding.column) : Json(nullptr)},
          {"allowed", finding.allowed ? Json(*finding.allowed) : Json(nullptr)}};
}

std::string findingLines(const versioned::Review& review, const Paint& paint) {
  std::string lines;
  for (const versioned::ReviewedFile& file : review.files) {
    std::vector<Json> findings;
    for (const Finding& finding : file.findings) {
      if (!finding.allowed) findings.push_back(findingJson(finding, file.path));
    }
    const KnownScript script{.name = file.path.string(), .text = file.text};
    lines += findingLines(findings, {{"migrationScript", script}, {"rollbackScript", script}}, paint);
  }
  return lines;
}

Json findingsJson(const versioned::Review& review) {
  Json json = Json::array();
  for (const versioned::ReviewedFile& file : review.files) {
    for (const Finding& finding : file.findings) json.push_back(findingJson(finding, file.path));
  }
  return json;
}

}  // namespace hotswap::cli
