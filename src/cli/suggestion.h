#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hotswap::cli {

/// The candidate that a mistyped word most likely meant (restricted Damerau-Levenshtein distance of at most a third of
/// its length, at least one; or the only one it is the beginning of), or nothing where none is near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace hotswap::cli
