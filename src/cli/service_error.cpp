#include "cli/service_error.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>

#include "cli/json_text.h"

namespace hotswap::cli {

namespace {

constexpr std::array codesByStatus{std::pair{400L, ErrorCode::ValidationError},
                                   std::pair{401L, ErrorCode::Unauthorized},
                                   std::pair{403L, ErrorCode::Forbidden},
                                   std::pair{404L, ErrorCode::NotFound},
                                   std::pair{405L, ErrorCode::MethodNotAllowed},
                                   std::pair{409L, ErrorCode::Conflict},
                                   std::pair{412L, ErrorCode::PreconditionFailed},
                                   std::pair{413L, ErrorCode::PayloadTooLarge},
                                   std::pair{415L, ErrorCode::UnsupportedMediaType},
                                   std::pair{429L, ErrorCode::RateLimitExceeded},
                                   std::pair{502L, ErrorCode::Unavailable},
                                   std::pair{503L, ErrorCode::Unavailable},
                                   std::pair{504L, ErrorCode::Unavailable}};

ErrorCode codeOf(long status) {
  for (const auto& [candidate, code] : codesByStatus) {
    if (candidate == status) return code;
  }
  return status >= 500 ? ErrorCode::InternalError : ErrorCode::ValidationError;
}

int smallNumberOf(const Json& object, const std::string& key) {
  const auto number = numberOf(object, key);
  return number && *number >= 1 && *number <= std::numeric_limits<int>::max() ? static_cast<int>(*number) : 0;
}

bool mayBeRetried(long status) { return status == 429 || status == 502 || status == 503 || status == 504; }

}  // namespace

ServiceError ServiceError::from(long status, std::string_view body, std::string_view retryAfter) {
  const Json parsed = Json::parse(body, nullptr, false);
  const Json& error = memberOf(parsed, "error");
  const bool ofTheContract = error.is_object() && !textOf(error, "message").empty();

  std::string message = ofTheContract
                            ? textOf(error, "message")
                            : fmt::format(
                                  "the address answered with HTTP status {} and no message of HotSwap's; is it "
                                  "the service's URL?",
                                  status);
  if (!retryAfter.empty()) message += fmt::format(" (try again in {} s)", retryAfter);

  std::vector<ErrorDetail> details;
  std::vector<PlacedDetail> placed;
  for (const Json& detail : listOf(error, "details")) {
    placed.push_back({.field = textOf(detail, "field"),
                      .message = textOf(detail, "message"),
                      .line = smallNumberOf(detail, "line"),
                      .column = smallNumberOf(detail, "column")});
    details.push_back({.field = placed.back().field, .message = placed.back().message});
  }
  ServiceError result(codeOf(status), message, std::move(details), {.retryable = mayBeRetried(status)});
  result.status_ = status;
  result.traceId_ = textOf(error, "traceId");
  result.sqlState_ = textOf(error, "sqlState");
  result.placedDetails_ = std::move(placed);
  if (ofTheContract) result.document_ = parsed;
  return result;
}

}  // namespace hotswap::cli
