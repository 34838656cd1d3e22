#include <fmt/format.h>

#include "execution/script_runner.h"

namespace hotswap::execution {

namespace {

std::vector<ErrorDetail> detailsOf(const db::SqlFailure& failure, const std::string& sql) {
  std::vector<ErrorDetail> details{{"statement", oneLine(sql, 1000)}};
  if (!failure.detail.empty()) details.push_back({"detail", failure.detail});
  if (!failure.hint.empty()) details.push_back({"hint", failure.hint});
  return details;
}

}  // namespace

StatementFailed::StatementFailed(const db::SqlError& cause, std::size_t statement, Position position,
                                 const std::string& sql)
    : Error(cause.code(),
            fmt::format("statement {} (line {}, column {}) failed: {}", statement + 1, position.line, position.column,
                        cause.what()),
            detailsOf(cause.failure(), sql), cause.recovery()),
      statement_(statement),
      position_(position),
      failure_(cause.failure()) {}

StatementFailed::StatementFailed(const StatementFailed& failure, const std::string& remark)
    : Error(failure.code(), fmt::format("{}. {}", failure.what(), remark), failure.details(), failure.recovery()),
      statement_(failure.statement_),
      position_(failure.position_),
      failure_(failure.failure_) {}

}  // namespace hotswap::execution
