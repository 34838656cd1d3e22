#include "versioned/version.h"

#include <algorithm>

namespace hotswap::versioned {

namespace {

constexpr std::size_t longest = 200;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::strong_ordering compareNumbers(const std::string& left, const std::string& right) {
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  if (text.empty() || text.size() > longest) return std::nullopt;
  Version version;
  version.text_ = text;
  std::ranges::replace(version.text_, '_', '.');
  std::string_view rest = version.text_;
  for (;;) {
    const std::size_t digits = std::min(rest.find('.'), rest.size());
    const std::string_view number = rest.substr(0, digits);
    if (number.empty() || !std::ranges::all_of(number, isDigit)) return std::nullopt;
    version.parts_.emplace_back(number.substr(std::min(number.find_first_not_of('0'), number.size())));
    if (digits == rest.size()) break;
    rest.remove_prefix(digits + 1);
  }
  while (!version.parts_.empty() && version.parts_.back().empty()) version.parts_.pop_back();
  return version;
}

std::string Version::key() const {
  std::string key;
  for (const std::string& part : parts_) {
    if (!key.empty()) key += '.';
    key += part.empty() ? "0" : part;
  }
  return key.empty() ? "0" : key;
}

std::strong_ordering operator<=>(const Version& left, const Version& right) {
  const std::size_t common = std::min(left.parts_.size(), right.parts_.size());
  for (std::size_t part = 0; part < common; ++part) {
    if (const auto order = compareNumbers(left.parts_[part], right.parts_[part]); order != 0) return order;
  }
  return left.parts_.size() <=> right.parts_.size();
}

}  // namespace hotswap::versioned
