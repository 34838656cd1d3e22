#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/random.h"

namespace hotswap {

/// True for the 36 characters of a UUID in lower-case hexadecimal with dashes.
bool isUuid(std::string_view text);

/// A time-ordered UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits.
std::string uuidV7(TimePoint at, Random& random);

/// An identifier: a prefix that says of what, and a UUIDv7, e.g. `mig-0190…`. `Tag` gives the prefix and keeps ids of
/// different things from being mixed up.
template <class Tag>
class Id {
 public:
  Id() = default;
  /// The id that `text` spells, or nothing where it is none of this kind.
  static std::optional<Id> parse(std::string_view text) {
    if (!text.starts_with(Tag::prefix) || !isUuid(text.substr(Tag::prefix.size()))) return std::nullopt;
    return Id(std::string(text));
  }
  /// A new id, later in order than every one made in an earlier millisecond.
  static Id make(const Clock& clock, Random& random) {
    return Id(std::string(Tag::prefix) + uuidV7(clock.now(), random));
  }
  /// Takes over what a trusted source (the store) holds, unchecked.
  static Id trusted(std::string text) { return Id(std::move(text)); }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace hotswap

template <class Tag>
struct std::hash<hotswap::Id<Tag>> {
  std::size_t operator()(const hotswap::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.text()); }
};
