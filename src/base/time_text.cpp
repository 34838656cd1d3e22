#include "base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace hotswap {

namespace {

/// How long a unit is; nothing where there is none of that name.
std::optional<Seconds> unitOf(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Seconds>, 6> units{{{"ms", Milliseconds(1)},
                                                                       {"s", Seconds(1)},
                                                                       {"m", std::chrono::minutes(1)},
                                                                       {"min", std::chrono::minutes(1)},
                                                                       {"h", std::chrono::hours(1)},
                                                                       {"d", std::chrono::hours(24)}}};
  for (const auto& [unit, length] : units) {
    if (unit == name) return length;
  }
  return std::nullopt;
}

/// Reads exactly `digits` decimal digits from the front of `text` and removes them.
std::optional<int> takeDigits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// A fraction of a second behind its dot, cut to milliseconds.
std::optional<int> takeMilliseconds(std::string_view& text) {
  std::size_t digits = 0;
  int value = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    if (digits < 3) value = value * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (std::size_t i = digits; i < 3; ++i) value *= 10;
  text.remove_prefix(digits);
  return value;
}

std::optional<std::chrono::minutes> takeOffset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hours = takeDigits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = takeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(sign * (*hours * 60 + *minutes));
}

}  // namespace

std::string toRfc3339(TimePoint at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<TimePoint> parseRfc3339(std::string_view text) {
  const auto year = takeDigits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = takeDigits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = takeDigits(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const auto hour = takeDigits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = takeDigits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = takeDigits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  int fraction = 0;
  if (take(text, '.')) {
    const auto taken = takeMilliseconds(text);
    if (!taken) return std::nullopt;
    fraction = *taken;
  }
  const auto offset = takeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + Milliseconds(fraction) - *offset;
}

std::optional<Milliseconds> parseIsoDuration(std::string_view text) {
  if (!take(text, 'P') || text.empty()) return std::nullopt;
  constexpr std::int64_t longest = std::int64_t{1000} * 60 * 60 * 24 * 36500;
  Milliseconds total(0);
  bool inTime = false;
  int lastRank = -1;
  while (!text.empty()) {
    if (!inTime && take(text, 'T')) {
      inTime = true;
      if (text.empty()) return std::nullopt;
    }
    std::int64_t whole = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (failure != std::errc{} || whole < 0 || whole > longest) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    int milliseconds = 0;
    const bool hasFraction = take(text, '.') || take(text, ',');
    if (hasFraction) {
      const auto taken = takeMilliseconds(text);
      if (!taken) return std::nullopt;
      milliseconds = *taken;
    }
    if (text.empty()) return std::nullopt;
    const char unit = text.front();
    text.remove_prefix(1);
    std::int64_t length = 0;
    int rank = 0;
    if (!inTime && unit == 'D') {
      length = std::int64_t{86'400'000};
    } else if (inTime && unit == 'H') {
      length = 3'600'000;
      rank = 1;
    } else if (inTime && unit == 'M') {
      length = 60'000;
      rank = 2;
    } else if (inTime && unit == 'S') {
      length = 1000;
      rank = 3;
    } else {
      return std::nullopt;
    }
    if (rank <= lastRank || (hasFraction && unit != 'S') || whole > longest / length) return std::nullopt;
    lastRank = rank;
    total += Milliseconds(whole * length + milliseconds);
  }
  if (lastRank < 0) return std::nullopt;
  return total;
}

std::optional<Seconds> parseHumanDuration(std::string_view text, Seconds plainUnit) {
  constexpr std::string_view digits = "0123456789.";
  if (text.empty()) return std::nullopt;
  const bool isPlain = text.find_first_not_of(digits) == std::string_view::npos;
  Seconds total{0};
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_not_of(digits), text.size());
    double amount = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + length, amount);
    if (length == 0 || failure != std::errc{} || end != text.data() + length) return std::nullopt;
    text.remove_prefix(length);
    const std::size_t letters = std::min(text.find_first_of(digits), text.size());
    const auto unit = isPlain ? std::optional(plainUnit) : unitOf(text.substr(0, letters));
    if (!unit) return std::nullopt;
    total += amount * *unit;
    text.remove_prefix(letters);
  }
  return total;
}

std::string toHumanText(Milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000) return fmt::format("{} ms", count);
  // Cut, not rounded: 59.96 s must not become 60.0 s.
  if (count < 60'000) return fmt::format("{}.{} s", count / 1000, count % 1000 / 100);
  if (count < 3'600'000) return fmt::format("{} min {:02} s", count / 60'000, count / 1000 % 60);
  return fmt::format("{} h {:02} min", count / 3'600'000, count / 60'000 % 60);
}

}  // namespace hotswap
