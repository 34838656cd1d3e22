#include "cli/json_text.h"

#include <algorithm>
#include <cmath>

#include "base/time_text.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t dateLength = 10;  // 2026-01-31
constexpr std::size_t timeOffset = 11;
constexpr std::size_t timeLength = 8;  // 12:00:00

}  // namespace

const Json& memberOf(const Json& object, const std::string& key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::string textOf(const Json& object, const std::string& key) {
  const Json& member = memberOf(object, key);
  if (member.is_string()) return member.get<std::string>();
  if (member.is_number() || member.is_boolean()) return member.dump();
  return {};
}

std::optional<double> numberOf(const Json& object, const std::string& key) {
  const Json& member = memberOf(object, key);
  if (!member.is_number()) return std::nullopt;
  return member.get<double>();
}

bool flagOf(const Json& object, const std::string& key) {
  const Json& member = memberOf(object, key);
  return member.is_boolean() && member.get<bool>();
}

std::vector<Json> listOf(const Json& object, const std::string& key) {
  const Json& member = memberOf(object, key);
  if (!member.is_array()) return {};
  return {member.begin(), member.end()};
}

std::string joinedOf(const Json& object, const std::string& key) {
  std::string joined;
  for (const Json& element : listOf(object, key)) {
    if (!element.is_string()) continue;
    if (!joined.empty()) joined += ", ";
    joined += element.get<std::string>();
  }
  return joined;
}

std::string momentOf(const Json& object, const std::string& key) {
  const std::string text = textOf(object, key);
  const auto moment = parseRfc3339(text);
  if (!moment) return text;
  const std::string utc = toRfc3339(*moment);
  return utc.substr(0, dateLength) + " " + utc.substr(timeOffset, timeLength) + "Z";
}

std::string clockTime(TimePoint at) { return toRfc3339(at).substr(timeOffset, timeLength) + "Z"; }

std::string clockTimeOf(const Json& object, const std::string& key) {
  const auto moment = parseRfc3339(textOf(object, key));
  return moment ? clockTime(*moment) : std::string();
}

std::string durationOf(const Json& object, const std::string& key) {
  constexpr double longestShown = 1e12;
  const auto seconds = numberOf(object, key);
  if (!seconds || !std::isfinite(*seconds) || *seconds < 0 || *seconds > longestShown) return {};
  return toHumanText(Milliseconds(static_cast<Milliseconds::rep>(std::llround(*seconds * 1000.0))));
}

}  // namespace hotswap::cli
