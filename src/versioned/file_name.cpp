#include "versioned/file_name.h"

#include <algorithm>

namespace hotswap::versioned {

namespace {

constexpr std::string_view suffix = ".sql";
constexpr std::string_view upSuffix = ".up";
constexpr std::string_view downSuffix = ".down";

std::string described(std::string_view text) {
  std::string description(text);
  std::ranges::replace(description, '_', ' ');
  return description;
}

/// `V1.2__create_users`, with the letter taken off already.
std::optional<FileName> parseFlyway(FileName::Part part, std::string_view rest) {
  const std::size_t separator = rest.find("__");
  if (separator == std::string_view::npos) return std::nullopt;
  auto version = Version::parse(rest.substr(0, separator));
  const std::string_view description = rest.substr(separator + 2);
  if (!version || description.empty()) return std::nullopt;
  return FileName{
      .part = part, .layout = Layout::Flyway, .version = std::move(version), .description = described(description)};
}

std::optional<FileName> parseRepeatable(std::string_view rest) {
  FileName name{.part = FileName::Part::Repeatable, .layout = {}, .version = {}, .description = {}};
  if (rest.starts_with('_')) {
    name.layout = Layout::Flyway;
    rest.remove_prefix(1);
  }
  if (rest.empty()) return std::nullopt;
  name.description = described(rest);
  return name;
}

std::optional<FileName> parseNumbered(std::string_view stem) {
  FileName name{.part = FileName::Part::Both, .layout = Layout::Sections, .version = {}, .description = {}};
  if (stem.ends_with(upSuffix)) {
    name.part = FileName::Part::Forward;
    name.layout = Layout::Pairs;
    stem.remove_suffix(upSuffix.size());
  } else if (stem.ends_with(downSuffix)) {
    name.part = FileName::Part::Back;
    name.layout = Layout::Pairs;
    stem.remove_suffix(downSuffix.size());
  }
  const std::size_t separator = stem.find('_');
  name.version = Version::parse(stem.substr(0, separator));
  if (!name.version) return std::nullopt;
  if (separator != std::string_view::npos) name.description = described(stem.substr(separator + 1));
  return name;
}

}  // namespace

std::string_view describe(Layout layout) {
  switch (layout) {
    case Layout::Pairs: return "pairs (0001_name.up.sql)";
    case Layout::Sections: return "sections (0001_name.sql)";
    case Layout::Flyway: return "Flyway's (V1__name.sql)";
  }
  return "";
}

std::optional<FileName> parseFileName(std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  name.remove_suffix(suffix.size());
  if (name.starts_with("R_")) return parseRepeatable(name.substr(2));
  if (name.starts_with('V')) return parseFlyway(FileName::Part::Forward, name.substr(1));
  if (name.starts_with('U')) return parseFlyway(FileName::Part::Back, name.substr(1));
  return parseNumbered(name);
}

}  // namespace hotswap::versioned
