#include "db/sql_error.h"

#include <fmt/format.h>

#include <utility>

namespace hotswap::db {

namespace {

ErrorCode codeOf(SqlErrorKind kind) {
  switch (kind) {
    case SqlErrorKind::ConnectionLost:
    case SqlErrorKind::ConnectionRefused: return ErrorCode::Unavailable;
    case SqlErrorKind::Syntax: return ErrorCode::ValidationError;
    default: return ErrorCode::InternalError;
  }
}

std::string sentence(const SqlFailure& failure) {
  return failure.sqlState.empty() ? failure.message
                                  : fmt::format("{} (SQLSTATE {})", failure.message, failure.sqlState);
}

}  // namespace

SqlError::SqlError(SqlFailure failure, Recovery recovery)
    : Error(codeOf(failure.kind), sentence(failure), {}, recovery), failure_(std::move(failure)) {}

}  // namespace hotswap::db
