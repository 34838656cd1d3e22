#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotswap::versioned {

/// The version of a migration: numbers with dots between them (`0001`, `1.2`, `20260101120000`), compared number by
/// number, however many digits they have. `1`, `01` and `1.0` are the same version.
class Version {
 public:
  /// Nothing for any other text, and for more than 200 characters. Flyway's `1_2` is read as `1.2`.
  static std::optional<Version> parse(std::string_view text);

  /// As it was written.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The same for versions that are equal: no zeros in front, no `.0` behind.
  [[nodiscard]] std::string key() const;

  friend std::strong_ordering operator<=>(const Version& left, const Version& right);
  friend bool operator==(const Version& left, const Version& right) { return (left <=> right) == 0; }

 private:
  std::string text_;
  std::vector<std::string> parts_;  ///< without leading zeros, the last one not empty (a zero is the empty text)
};

}  // namespace hotswap::versioned
