#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hotswap::support {

/// Holds a value against a schema of an OpenAPI 3.0 document, in the part of the language that HotSwap's document uses:
/// type, nullable, enum, properties, required, additionalProperties, items, allOf and local $ref. Throws
/// std::runtime_error for any other word, so that nothing goes unchecked. Returns what is wrong, each with its JSON
/// path.
std::vector<std::string> schemaViolations(const nlohmann::json& document, const nlohmann::json& schema,
                                          const nlohmann::json& value);

/// The part of the document that a local reference such as `#/components/schemas/User` leads to; throws
/// std::runtime_error where it leads nowhere.
const nlohmann::json& resolved(const nlohmann::json& document, const std::string& reference);

}  // namespace hotswap::support
