#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

/// Reads answers of the service leniently: a field that is absent, null or of another type than expected is shown as
/// empty instead of ending the command, so that an older command line serves a newer service.
namespace hotswap::cli {

using Json = nlohmann::json;

/// The member `key` of an object; null where `object` is none or has no such member.
const Json& memberOf(const Json& object, const std::string& key);
/// A string as it is, numbers and booleans in JSON's spelling, everything else as an empty text.
std::string textOf(const Json& object, const std::string& key);
std::optional<double> numberOf(const Json& object, const std::string& key);
bool flagOf(const Json& object, const std::string& key);
/// The elements of an array; none where it is no array.
std::vector<Json> listOf(const Json& object, const std::string& key);
/// The strings of an array, joined by `, `.
std::string joinedOf(const Json& object, const std::string& key);
/// An RFC 3339 time as `2026-01-31 12:00:00Z`; the text itself where it is none.
std::string momentOf(const Json& object, const std::string& key);
/// The clock time of an RFC 3339 time, `12:00:00Z`, for lines of a log.
std::string clockTimeOf(const Json& object, const std::string& key);
/// Seconds as a person writes them (`4.2 s`), empty where there is no number.
std::string durationOf(const Json& object, const std::string& key);

/// The clock time of a moment, `12:00:00Z`.
std::string clockTime(TimePoint at);

}  // namespace hotswap::cli
