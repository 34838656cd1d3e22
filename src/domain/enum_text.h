#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace hotswap {

/// The one place where an enumeration meets its texts: specialise with `static constexpr std::array entries` of
/// {value, text} pairs; `toText` and `fromText` then serve the API, the command line and the store alike.
template <class Enum>
struct EnumTexts;

template <class Enum>
concept TextEnum = requires {
  EnumTexts<Enum>::entries;
};

/// The text of `value`, as it stands in JSON.
template <TextEnum Enum>
constexpr std::string_view toText(Enum value) {
  for (const auto& [candidate, text] : EnumTexts<Enum>::entries) {
    if (candidate == value) return text;
  }
  return {};
}

/// The value that `text` names (exact spelling), or nothing.
template <TextEnum Enum>
constexpr std::optional<Enum> fromText(std::string_view text) {
  for (const auto& [value, candidate] : EnumTexts<Enum>::entries) {
    if (candidate == text) return value;
  }
  return std::nullopt;
}

}  // namespace hotswap
