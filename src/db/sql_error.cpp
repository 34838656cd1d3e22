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
  // The state belongs to the sentence, whose end it is not to stand behind.
  std::string_view message = failure.message;
  const bool ended = message.ends_with('.');
  while (message.ends_with('.')) message.remove_suffix(1);
  return fmt::format("{} ({}){}", message, stateText(failure.sqlState), ended ? "." : "");
}

}  // namespace

std::string stateText(std::string_view sqlState) {
  // The standard's codes mean nothing without their name; the words that SQLite has instead speak for themselves.
  constexpr std::size_t standardLength = 5;
  return fmt::format("{}{}", sqlState.size() == standardLength ? "SQLSTATE " : "", sqlState);
}

SqlError::SqlError(SqlFailure failure, Recovery recovery)
    : Error(codeOf(failure.kind), sentence(failure), {}, recovery), failure_(std::move(failure)) {}

}  // namespace hotswap::db
