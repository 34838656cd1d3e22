#include "api/resources/query.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "base/time_text.h"

namespace hotswap::api {

namespace {

[[noreturn]] void refuse(std::string_view name, const std::string& message) {
  throw Error(ErrorCode::ValidationError, "The query of the URL is wrong.", {{std::string(name), message}});
}

}  // namespace

std::optional<std::int64_t> readInteger(const Call& call, std::string_view name, std::int64_t least,
                                        std::int64_t most) {
  const auto written = call.query(name);
  if (!written) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = written->data() + written->size();
  const auto [rest, problem] = std::from_chars(written->data(), end, value);
  if (problem != std::errc() || rest != end || value < least || value > most) {
    refuse(name, fmt::format("must be a whole number from {} to {}", least, most));
  }
  return value;
}

store::PageRequest readPage(const Call& call, std::int64_t most, std::int64_t usual) {
  constexpr std::int64_t farthest = 1'000'000'000;
  return {.limit = readInteger(call, "limit", 1, most).value_or(usual),
          .offset = readInteger(call, "offset", 0, farthest).value_or(0)};
}

std::optional<TimePoint> readTime(const Call& call, std::string_view name) {
  const auto written = call.query(name);
  if (!written) return std::nullopt;
  const auto time = parseRfc3339(*written);
  if (!time) refuse(name, "must be a time such as 2026-01-31T12:00:00Z (a + in a URL is written %2B)");
  return time;
}

ParameterFacts textParameter(std::string name, std::string description) {
  return {.name = std::move(name), .description = std::move(description), .type = "string", .choices = {}};
}
ParameterFacts integerParameter(std::string name, std::string description) {
  return {.name = std::move(name), .description = std::move(description), .type = "integer", .choices = {}};
}
ParameterFacts timeParameter(std::string name, std::string description) {
  return {.name = std::move(name), .description = std::move(description), .type = "date-time", .choices = {}};
}

std::vector<ParameterFacts> withPage(std::vector<ParameterFacts> more, const std::string& limits) {
  more.push_back(integerParameter("limit", "How many, " + limits));
  more.push_back(integerParameter("offset", "How many to leave out first"));
  return more;
}

ParameterFacts ifMatchHeader() {
  return textParameter("If-Match", "The ETag of the version that is changed; 412 where it has moved on");
}

std::string entityTag(std::int64_t version) { return fmt::format("\"{}\"", version); }

void checkIfMatch(const Call& call, std::int64_t version) {
  const auto header = call.request.header("if-match");
  if (!header) return;
  std::string_view rest = *header;
  const std::string wanted = entityTag(version);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view tag = trim(rest.substr(0, comma));
    if (tag == "*" || tag == wanted) return;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  throw Error(
      ErrorCode::PreconditionFailed,
      fmt::format("It has been changed meanwhile: its version is {} now. Read it again, then repeat the change.",
                  version));
}

}  // namespace hotswap::api
