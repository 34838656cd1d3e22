#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hotswap {

/// What kind of failure a caller sees. The texts are part of the HTTP contract.
enum class ErrorCode {
  ValidationError,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  Conflict,
  PreconditionFailed,
  PayloadTooLarge,
  UnsupportedMediaType,
  RateLimitExceeded,
  InternalError,
  Unavailable,
};

/// The code as it stands in answers, e.g. `VALIDATION_ERROR`.
std::string_view toText(ErrorCode code);

/// One field of a request that is wrong, and why. `field` is a JSON path such as `replicas[0].role`.
struct ErrorDetail {
  std::string field;
  std::string message;
};

/// What the catcher of an error needs to know to go on. Decisions are taken from these answers, never from the message.
struct Recovery {
  bool retryable = false;        ///< the same call may succeed later, nothing else has to change
  bool connectionUsable = true;  ///< the session it happened on can still be used
  bool outcomeKnown = true;      ///< false: the work may or may not have been done (a lost connection during COMMIT)
  bool changedAnything = false;  ///< true: something was changed before it failed
};

/// Base of everything HotSwap throws. The message is one sentence for a person: what was wrong, on which object, what
/// to do. It never holds a password or a connection string.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::vector<ErrorDetail> details = {}, Recovery recovery = {});

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::vector<ErrorDetail>& details() const { return details_; }
  [[nodiscard]] const Recovery& recovery() const { return recovery_; }

 private:
  ErrorCode code_;
  std::vector<ErrorDetail> details_;
  Recovery recovery_;
};

}  // namespace hotswap
