#pragma once
#include <exception>
#include <string>
#include <vector>

#include "api/http.h"
#include "base/clock.h"
#include "base/error.h"
#include "domain/report.h"

namespace hotswap::api {

/// A script that is refused for what stands in it. Its answer names line, column and statement.
class ScriptError : public Error {
 public:
  /// `findings`: what is wrong, at least one; `statement`: the text of the first one's statement, empty where unknown.
  ScriptError(std::vector<Finding> findings, std::string statement);
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  [[nodiscard]] const std::string& statement() const { return statement_; }

 private:
  std::vector<Finding> findings_;
  std::string statement_;
};

int statusOf(ErrorCode code);

/// The contract's answer to a failure. What is our own fault (500) is told in general words only; the full text goes to
/// the log, under the same trace id. Never throws anything but std::bad_alloc.
Response errorResponse(const std::exception_ptr& failure, const std::string& traceId, TimePoint now);
Response errorResponse(const Error& error, const std::string& traceId, TimePoint now);

}  // namespace hotswap::api
