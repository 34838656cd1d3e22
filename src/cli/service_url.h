#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotswap::cli {

/// The address of a service in one spelling: scheme and host in lower case, no `/` at its end. A missing scheme is
/// `http` for this machine and `https` for all others. Throws WrongUse for what is no http or https URL, and for one
/// with a user or password in it (they would be seen in the list of processes).
std::string normalisedUrl(std::string_view url);

/// Whether a normalised URL leads to this machine.
bool isLoopback(std::string_view url);

/// One part of a path with everything that isn't a letter, digit, `-`, `.`, `_` or `~` escaped.
std::string pathPart(std::string_view text);

/// `path` with the parameters whose value isn't empty as its query.
std::string withQuery(std::string path, const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace hotswap::cli
