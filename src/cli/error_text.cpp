#include "cli/error_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/service_error.h"
#include "db/sql_error.h"

namespace hotswap::cli {

namespace {

constexpr std::size_t widestLine = 160;  // characters of a script's line that are shown around a place

std::string_view lineOf(std::string_view script, int line) {
  for (int number = 1; number < line; ++number) {
    const auto end = script.find('\n');
    if (end == std::string_view::npos) return {};
    script.remove_prefix(end + 1);
  }
  std::string_view found = script.substr(0, script.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

std::string detailText(const PlacedDetail& detail, const KnownScripts& scripts, const Paint& paint) {
  const auto script = scripts.find(detail.field);
  const bool atHand = script != scripts.end();
  std::string place;
  if (detail.line > 0) {
    const std::string column = detail.column > 0 ? fmt::format(":{}", detail.column) : std::string();
    place = fmt::format(" ({}{}{})", atHand ? printable(script->second.name) + ":" : "line ", detail.line, column);
  }
  const std::string subject = detail.field.empty() ? std::string() : printable(detail.field) + ": ";
  std::string text = fmt::format("  {}{}{}\n", subject, printable(detail.message), place);
  if (atHand && detail.line > 0) text += excerpt(script->second.text, detail.line, detail.column, paint);
  return text;
}

}  // namespace

std::string excerpt(const std::string& script, int line, int column, const Paint& paint) {
  const std::string_view whole = lineOf(script, line);
  if (trim(whole).empty()) return {};
  // Of a very long line only the part around the place is shown.
  const auto wanted = static_cast<std::size_t>(std::max(column, 1) - 1);
  const std::size_t firstCharacter = wanted > widestLine / 2 ? wanted - widestLine / 2 : 0;
  const std::size_t from = byteOffsetOf(whole, firstCharacter);
  const std::size_t to = byteOffsetOf(whole, firstCharacter + widestLine);
  const std::size_t place = std::clamp(byteOffsetOf(whole, wanted), from, to);
  const std::string number = std::to_string(line);
  std::string text = fmt::format("  {} | {}\n", paint(Tone::Faint, number), printable(whole.substr(from, to - from)));
  if (column > 0) {
    const std::size_t before = displayWidth(printable(whole.substr(from, place - from)));
    text +=
        fmt::format("  {} | {}{}\n", std::string(number.size(), ' '), std::string(before, ' '), paint(Tone::Bad, "^"));
  }
  return text;
}

std::string errorText(const Error& error, const KnownScripts& scripts, const Paint& paint) {
  std::string text = fmt::format("{} {}\n", paint(Tone::Bad, "hotswap:"), printable(error.what()));
  const auto* refusal = dynamic_cast<const ServiceError*>(&error);
  if (refusal == nullptr) {
    for (const ErrorDetail& detail : error.details()) {
      text += detailText({.field = detail.field, .message = detail.message}, scripts, paint);
    }
    return text;
  }
  for (const PlacedDetail& detail : refusal->placedDetails()) text += detailText(detail, scripts, paint);
  if (!refusal->sqlState().empty()) text += fmt::format("  {}\n", printable(db::stateText(refusal->sqlState())));
  // For faults of the service, which its log says more of; a plain refusal says all there is.
  constexpr long firstFault = 500;
  if (refusal->status() >= firstFault && !refusal->traceId().empty()) {
    text += paint(Tone::Faint, fmt::format("  traceId {}", printable(refusal->traceId()))) + "\n";
  }
  return text;
}

nlohmann::json errorDocument(const Error& error) {
  if (const auto* refusal = dynamic_cast<const ServiceError*>(&error)) {
    if (!refusal->document().is_null()) return refusal->document();
  }
  nlohmann::json details = nlohmann::json::array();
  for (const ErrorDetail& detail : error.details()) {
    details.push_back({{"field", detail.field}, {"message", detail.message}});
  }
  return {{"error", {{"code", toText(error.code())}, {"message", error.what()}, {"details", details}}}};
}

}  // namespace hotswap::cli
