#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hotswap::cli {

/// A detail of a refusal, with the place in a script where the service named one.
struct PlacedDetail {
  std::string field;
  std::string message;
  int line = 0;    ///< from 1; 0: no place
  int column = 0;  ///< from 1, in characters; 0: none
};

/// The service answered, and the answer was an error (service contract, section 2).
class ServiceError : public Error {
 public:
  /// The error that an answer of `status` (400 and above) tells. A body that isn't one of the contract (a proxy's page)
  /// becomes a sentence about the status; it is never shown.
  static ServiceError from(long status, std::string_view body, std::string_view retryAfter = {});

  [[nodiscard]] long status() const { return status_; }
  [[nodiscard]] const std::string& traceId() const { return traceId_; }
  [[nodiscard]] const std::string& sqlState() const { return sqlState_; }
  [[nodiscard]] const std::vector<PlacedDetail>& placedDetails() const { return placedDetails_; }
  /// The whole `{"error": …}` as the service sent it; null where it sent none.
  [[nodiscard]] const nlohmann::json& document() const { return document_; }

 private:
  ServiceError(ErrorCode code, const std::string& message, std::vector<ErrorDetail> details, Recovery recovery)
      : Error(code, message, std::move(details), recovery) {}

  long status_ = 0;
  std::string traceId_;
  std::string sqlState_;
  std::vector<PlacedDetail> placedDetails_;
  nlohmann::json document_;
};

/// The command line was used wrongly: exit code 2 and the usage.
class WrongUse : public Error {
 public:
  explicit WrongUse(const std::string& message) : Error(ErrorCode::ValidationError, message) {}
};

/// Ctrl-C while the command waited: exit code 130.
class Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& message) : Error(ErrorCode::Unavailable, message) {}
};

}  // namespace hotswap::cli
