#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/router.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/enum_text.h"
#include "store/page.h"

namespace hotswap::api {

// Reading the query and the preconditions of a request. All throw Error (ValidationError) that names the parameter.

/// `limit` (at least 1, at most `most`) and `offset` (at least 0).
store::PageRequest readPage(const Call& call, std::int64_t most = 200, std::int64_t usual = 20);
std::optional<std::int64_t> readInteger(const Call& call, std::string_view name, std::int64_t least, std::int64_t most);
std::optional<TimePoint> readTime(const Call& call, std::string_view name);
template <TextEnum Enum>
std::optional<Enum> readChoice(const Call& call, const std::string& name) {
  const auto written = call.query(name);
  if (!written) return std::nullopt;
  const auto value = fromText<Enum>(*written);
  if (!value)
    throw Error(ErrorCode::ValidationError, "The query of the URL is wrong.", {{name, "is none of the known values"}});
  return value;
}

template <TextEnum Enum>
ParameterFacts choiceParameter(std::string name, std::string description) {
  ParameterFacts facts{.name = std::move(name), .description = std::move(description), .type = "string", .choices = {}};
  for (const auto& entry : EnumTexts<Enum>::entries) facts.choices.emplace_back(entry.second);
  return facts;
}
ParameterFacts textParameter(std::string name, std::string description);
ParameterFacts integerParameter(std::string name, std::string description);
ParameterFacts timeParameter(std::string name, std::string description);
/// `more`, then limit and offset.
std::vector<ParameterFacts> withPage(std::vector<ParameterFacts> more = {},
                                     const std::string& limits = "at most 200, 20 unless told");
ParameterFacts ifMatchHeader();

/// The entity tag of a version (RFC 9110, section 8.8.3).
std::string entityTag(std::int64_t version);
/// Throws Error (PreconditionFailed) where the request names other versions in `If-Match` than this one.
void checkIfMatch(const Call& call, std::int64_t version);

}  // namespace hotswap::api
