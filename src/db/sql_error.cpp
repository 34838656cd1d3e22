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
  if (failure.sqlState.empty()) return failure.message;
  // The standard's codes mean nothing without their name; the words that SQLite has instead speak for themselves.
  constexpr std::size_t standardLength = 5;
  const bool standard = failure.sqlState.size() == standardLength;
  return fmt::format("{} ({}{})", failure.message, standard ? "SQLSTATE " : "", failure.sqlState);
}

}  // namespace

SqlError::SqlError(SqlFailure failure, Recovery recovery)
    : Error(codeOf(failure.kind), sentence(failure), {}, recovery), failure_(std::move(failure)) {}

}  // namespace hotswap::db
