#include "versioned/adopt/foreign_rows.h"

#include <algorithm>

#include "base/time_text.h"

namespace hotswap::versioned {

namespace {

constexpr std::size_t lengthOfDate = std::string_view("2026-01-31").size();
constexpr std::size_t lengthOfSeconds = std::string_view("2026-01-31T12:00:00").size();

}  // namespace

bool hasColumns(const std::vector<std::string>& columns, std::initializer_list<std::string_view> wanted) {
  return std::ranges::all_of(wanted,
                             [&](std::string_view one) { return std::ranges::find(columns, one) != columns.end(); });
}

std::optional<TimePoint> momentOf(std::string_view text) {
  if (text.size() < lengthOfSeconds) return std::nullopt;
  std::string moment(text);
  if (moment[lengthOfDate] == ' ') moment[lengthOfDate] = 'T';
  const std::size_t offset = moment.find_first_of("+-Zz", lengthOfSeconds);
  constexpr std::size_t onlyHours = std::string_view("+00").size();
  if (offset == std::string::npos) {
    moment += 'Z';
  } else if (moment.size() - offset == onlyHours) {
    moment += ":00";
  }
  return parseRfc3339(moment);
}

void refuseAny(const std::string& what, const std::vector<ErrorDetail>& details) {
  if (!details.empty()) throw Error(ErrorCode::Conflict, what, details);
}

}  // namespace hotswap::versioned
