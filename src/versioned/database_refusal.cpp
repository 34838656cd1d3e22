#include "versioned/database_refusal.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "versioned/history.h"

namespace hotswap::versioned {

namespace {

using db::SqlErrorKind;

/// What an answer of a database is to the person who asked, and what that person can do.
struct Meaning {
  ErrorCode code = ErrorCode::InternalError;
  std::string advice;
};

/// Why a connection was refused. The states are those of the SQL standard and of PostgreSQL, and SQLite's names.
Meaning meaningOfRefusal(std::string_view state) {
  struct Known {
    std::string_view beginning;
    ErrorCode code;
    const char* advice;
  };
  constexpr std::array known{
      Known{"28", ErrorCode::Unauthorized,
            "Correct the user or the password: in the URL, in ~/.pgpass, or where the reference leads."},
      Known{"3D000", ErrorCode::NotFound, "Correct its name in the URL, or create it first."},
      Known{"42501", ErrorCode::Forbidden, "Let the owner of the database grant this user CONNECT on it."},
      Known{"SQLITE_NOTADB", ErrorCode::ValidationError, "Name the file of a database."},
      Known{"SQLITE_CANTOPEN_ISDIR", ErrorCode::ValidationError, "Name a file in it."},
      Known{"SQLITE_CANTOPEN", ErrorCode::NotFound, "Correct its path, or make the folder first."},
      Known{"SQLITE_PERM", ErrorCode::Forbidden, "Let this user read and write the file, and write in its folder."}};
  for (const Known& one : known) {
    if (state.starts_with(one.beginning)) return {.code = one.code, .advice = one.advice};
  }
  return {.code = ErrorCode::Unavailable, .advice = {}};
}

Meaning meaningOf(const db::SqlFailure& failure) {
  switch (failure.kind) {
    case SqlErrorKind::ConnectionRefused: return meaningOfRefusal(failure.sqlState);
    case SqlErrorKind::InsufficientPrivilege:
      return {.code = ErrorCode::Forbidden,
              .advice = fmt::format("Let the owner grant this user what is missing: HotSwap's history takes CREATE and "
                                    "USAGE on its schema, and SELECT, INSERT and UPDATE on its tables {} and {}. "
                                    "--history-schema names another schema for it.",
                                    History::table, History::logTable)};
    case SqlErrorKind::ReadOnly:
      return {.code = ErrorCode::Forbidden,
              .advice = "It takes no changes, being a standby or set read-only; name the primary instead."};
    case SqlErrorKind::MissingObject:
      if (failure.sqlState != "3F000") return {.code = ErrorCode::NotFound, .advice = {}};
      return {.code = ErrorCode::NotFound,
              .advice = "Create the schema first, or name one with --history-schema that this user may use."};
    case SqlErrorKind::DuplicateObject:
      return {.code = ErrorCode::Conflict,
              .advice =
                  "It has the name of a table of HotSwap's history: rename it, or name another schema for the "
                  "history with --history-schema."};
    case SqlErrorKind::LockTimeout:
      return {.code = ErrorCode::Unavailable,
              .advice = "Another program holds a lock on it; let that end, or wait longer for it with --wait."};
    case SqlErrorKind::StatementTimeout:
      return {.code = ErrorCode::Unavailable,
              .advice = "A limit of the database or of its user is too short (statement_timeout)."};
    case SqlErrorKind::Deadlock:
    case SqlErrorKind::Serialization:
    case SqlErrorKind::Canceled: return {.code = ErrorCode::Unavailable, .advice = "Run the command again."};
    case SqlErrorKind::OutOfSpace: return {.code = ErrorCode::Unavailable, .advice = "Make room for it."};
    case SqlErrorKind::ConnectionLost:
      return {.code = ErrorCode::Unavailable, .advice = "Run the command again: it goes on from what was done."};
    case SqlErrorKind::Syntax:
    case SqlErrorKind::InTransaction:
    case SqlErrorKind::Other: break;
  }
  return {};
}

std::string sentenceOf(const db::SqlError& error, const std::string& database) {
  // What HotSwap says itself, and why it can't connect, names the database already.
  const bool isNamed = error.failure().sqlState.empty() || error.kind() == SqlErrorKind::ConnectionRefused ||
                       error.kind() == SqlErrorKind::ConnectionLost;
  std::string text = isNamed || database.empty() ? error.what() : fmt::format("{}: {}", database, error.what());
  if (!text.ends_with('.')) text += '.';
  return text;
}

}  // namespace

Error explained(const db::SqlError& error, const std::string& database) {
  const db::SqlFailure& failure = error.failure();
  const Meaning meaning = meaningOf(failure);
  std::string text = sentenceOf(error, database);
  // The engine knows its own case better.
  const std::string& advice = failure.hint.empty() ? meaning.advice : failure.hint;
  if (!advice.empty()) text += " " + advice;
  std::vector<ErrorDetail> details;
  if (!failure.detail.empty()) details.push_back({.field = "detail", .message = failure.detail});
  return {meaning.code, text, std::move(details), error.recovery()};
}

}  // namespace hotswap::versioned
