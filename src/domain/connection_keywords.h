#pragma once
#include <map>
#include <string>
#include <string_view>

namespace hotswap {

/// Settings by libpq keyword.
using ConnectionSettings = std::map<std::string, std::string, std::less<>>;

/// True for the keywords of libpq 15 (PostgreSQL manual, section 34.1.2), spelled exactly so.
bool isConnectionKeyword(std::string_view keyword);

/// The libpq keyword for a name in a string of `Name=value;` pairs, whatever its case and spacing (`SSL Mode`,
/// `User Id`); empty where there is none. `searchpath` stands for what goes into `options`.
std::string connectionKeywordOf(std::string_view pairName);

/// True for keywords whose value nobody may see.
bool isSecretKeyword(std::string_view keyword);

/// Adds a setting; an empty value counts as none. Throws Error (ValidationError) where the keyword was set before or
/// the value can't be right for it. The message names the keyword, never the value.
void addConnectionSetting(ConnectionSettings& settings, std::string_view keyword, std::string_view value);

/// The error for a connection string that can't be read. `what` must not hold a value of it.
[[noreturn]] void refuseConnectionString(const std::string& what);

/// A keyword as it may be shown. What stands in the place of a keyword may be part of a badly quoted password, so only
/// what looks like a word is shown.
std::string shownKeyword(std::string_view keyword);

}  // namespace hotswap
