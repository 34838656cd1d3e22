#include "cli/lint/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/rule_info.h"
#include "cli/findings.h"

namespace hotswap::cli {

namespace {

using versioned::Review;
using versioned::ReviewedFile;

std::size_t countOf(const std::vector<Review>& reviews, Severity severity) {
  std::size_t count = 0;
  for (const Review& review : reviews) count += review.count(severity);
  return count;
}

std::string sarifLevel(Severity severity) {
  return severity == Severity::Info ? "note" : std::string(toText(severity));
}

/// A path as a relative reference (RFC 3986): what may not stand in one is written as %XX.
std::string uriOf(const std::filesystem::path& path) {
  constexpr std::string_view unreserved = "-._~/";
  std::string uri;
  for (const char c : path.generic_string()) {
    const bool isWord = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (isWord || unreserved.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return path.is_absolute() ? "file://" + uri : uri;
}

Json sarifResult(const Finding& finding, const ReviewedFile& file) {
  std::string text = finding.message;
  if (!finding.recommendation.empty()) text += " " + finding.recommendation;
  Json location{{"artifactLocation", {{"uri", uriOf(file.path)}}}};
  if (finding.line > 0) {
    location["region"] = {{"startLine", finding.line}};
    if (finding.column > 0) location["region"]["startColumn"] = finding.column;
  }
  Json result{{"ruleId", finding.rule},
              {"level", sarifLevel(finding.severity)},
              {"message", {{"text", text}}},
              {"locations", Json::array({{{"physicalLocation", location}}})}};
  if (finding.allowed) {
    result["suppressions"] = Json::array({{{"kind", "inSource"}, {"justification", *finding.allowed}}});
  }
  return result;
}

/// A text in a workflow command; `isProperty`: before the `::` of its message.
std::string escaped(std::string_view text, bool isProperty) {
  std::string safe;
  for (const char c : text) {
    const bool isSpecial = c == '%' || c == '\r' || c == '\n' || (isProperty && (c == ':' || c == ','));
    if (isSpecial) {
      safe += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

Json lintDocument(const std::vector<Review>& reviews) {
  Json files = Json::array();
  for (const Review& review : reviews) {
    for (const ReviewedFile& file : review.files) {
      Json findings = Json::array();
      for (const Finding& finding : file.findings) findings.push_back(findingJson(finding, file.path));
      files.push_back({{"file", file.path.string()}, {"risk", toText(review.risk)}, {"findings", std::move(findings)}});
    }
  }
  return {{"files", std::move(files)},
          {"errors", countOf(reviews, Severity::Error)},
          {"warnings", countOf(reviews, Severity::Warning)},
          {"infos", countOf(reviews, Severity::Info)}};
}

Json sarifDocument(const std::vector<Review>& reviews, const std::string& version) {
  std::set<std::string> seen;
  Json results = Json::array();
  for (const Review& review : reviews) {
    for (const ReviewedFile& file : review.files) {
      for (const Finding& finding : file.findings) {
        seen.insert(finding.rule);
        results.push_back(sarifResult(finding, file));
      }
    }
  }
  Json rules = Json::array();
  for (const std::string& id : seen) {
    const analysis::RuleInfo* rule = analysis::ruleCalled(id);
    if (rule == nullptr) continue;
    rules.push_back({{"id", id},
                     {"shortDescription", {{"text", std::string(rule->title)}}},
                     {"defaultConfiguration", {{"level", sarifLevel(rule->severity)}}}});
  }
  // Columns are counted in characters of Unicode, wherever they lie.
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({{{"tool", {{"driver", {{"name", "hotswap"}, {"version", version}, {"rules", rules}}}}},
                                 {"columnKind", "unicodeCodePoints"},
                                 {"results", results}}})}};
}

std::string githubAnnotations(const std::vector<Review>& reviews) {
  std::string lines;
  for (const Review& review : reviews) {
    for (const ReviewedFile& file : review.files) {
      for (const Finding& finding : file.findings) {
        if (finding.allowed) continue;
        std::string place = fmt::format("file={}", escaped(file.path.generic_string(), true));
        if (finding.line > 0) place += fmt::format(",line={}", finding.line);
        if (finding.line > 0 && finding.column > 0) place += fmt::format(",col={}", finding.column);
        const std::string message =
            finding.recommendation.empty() ? finding.message : finding.message + "\n" + finding.recommendation;
        lines += fmt::format("::{} {},title={}::{}\n",
                             finding.severity == Severity::Info ? "notice" : toText(finding.severity), place,
                             escaped(finding.rule, true), escaped(message, false));
      }
    }
  }
  return lines;
}

}  // namespace hotswap::cli
