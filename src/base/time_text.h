#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace hotswap {

/// RFC 3339 in UTC with milliseconds, e.g. `2026-01-31T12:00:00.000Z`.
std::string toRfc3339(TimePoint at);

/// The moment an RFC 3339 text names (any offset, up to nine fraction digits, of which milliseconds are kept), or
/// nothing where it is no such text.
std::optional<TimePoint> parseRfc3339(std::string_view text);

/// The length of an ISO 8601 duration of days, hours, minutes and seconds (`PT30M`, `P1DT2H`, `PT0.5S`), or nothing
/// where it is none; years, months and weeks are not taken, their length being no fixed number of seconds.
std::optional<Milliseconds> parseIsoDuration(std::string_view text);

/// The length of a duration as people write it: `250ms`, `30m`, `1.5h`, `1h30m`, with the units ms, s, m or min, h and
/// d; a number alone counts in `plainUnit`. Nothing for any other text.
std::optional<Seconds> parseHumanDuration(std::string_view text, Seconds plainUnit);

/// A duration as a person reads it: `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`.
std::string toHumanText(Milliseconds duration);

}  // namespace hotswap
