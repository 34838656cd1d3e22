#include "base/error.h"

#include <utility>

namespace hotswap {

std::string_view toText(ErrorCode code) {
  switch (code) {
    case ErrorCode::ValidationError: return "VALIDATION_ERROR";
    case ErrorCode::Unauthorized: return "UNAUTHORIZED";
    case ErrorCode::Forbidden: return "FORBIDDEN";
    case ErrorCode::NotFound: return "NOT_FOUND";
    case ErrorCode::MethodNotAllowed: return "METHOD_NOT_ALLOWED";
    case ErrorCode::Conflict: return "CONFLICT";
    case ErrorCode::PreconditionFailed: return "PRECONDITION_FAILED";
    case ErrorCode::PayloadTooLarge: return "PAYLOAD_TOO_LARGE";
    case ErrorCode::UnsupportedMediaType: return "UNSUPPORTED_MEDIA_TYPE";
    case ErrorCode::RateLimitExceeded: return "RATE_LIMIT_EXCEEDED";
    case ErrorCode::InternalError: return "INTERNAL_ERROR";
    case ErrorCode::Unavailable: return "UNAVAILABLE";
  }
  return "INTERNAL_ERROR";
}

Error::Error(ErrorCode code, const std::string& message, std::vector<ErrorDetail> details, Recovery recovery)
    : std::runtime_error(message), code_(code), details_(std::move(details)), recovery_(recovery) {}

}  // namespace hotswap
