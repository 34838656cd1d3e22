#include "db/postgres/sql_state.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace hotswap::db::postgres {

namespace {

constexpr std::array kinds{
    std::pair{std::string_view("25001"), SqlErrorKind::InTransaction},
    std::pair{std::string_view("25006"), SqlErrorKind::ReadOnly},
    std::pair{std::string_view("25P03"), SqlErrorKind::ConnectionLost},
    std::pair{std::string_view("25P04"), SqlErrorKind::ConnectionLost},
    std::pair{std::string_view("3D000"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("3F000"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("40001"), SqlErrorKind::Serialization},
    std::pair{std::string_view("40P01"), SqlErrorKind::Deadlock},
    std::pair{std::string_view("42501"), SqlErrorKind::InsufficientPrivilege},
    std::pair{std::string_view("42601"), SqlErrorKind::Syntax},
    std::pair{std::string_view("42701"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42703"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("42704"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("42710"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42723"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42883"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("42P01"), SqlErrorKind::MissingObject},
    std::pair{std::string_view("42P03"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42P04"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42P05"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42P06"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("42P07"), SqlErrorKind::DuplicateObject},
    std::pair{std::string_view("53100"), SqlErrorKind::OutOfSpace},
    std::pair{std::string_view("53300"), SqlErrorKind::ConnectionRefused},
    std::pair{std::string_view("55P03"), SqlErrorKind::LockTimeout},
    std::pair{std::string_view("57014"), SqlErrorKind::Canceled},
    std::pair{std::string_view("57P01"), SqlErrorKind::ConnectionLost},
    std::pair{std::string_view("57P02"), SqlErrorKind::ConnectionLost},
    std::pair{std::string_view("57P03"), SqlErrorKind::ConnectionRefused},
    std::pair{std::string_view("57P04"), SqlErrorKind::ConnectionLost},
    std::pair{std::string_view("57P05"), SqlErrorKind::ConnectionLost},
};

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

bool isSqlState(std::string_view text) {
  return text.size() == 5 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// Finds `:  28P01: ` in a line; npos where there is none. In verbose messages the code stands right behind the
/// severity, which itself is translated.
std::size_t findSqlState(std::string_view line) {
  for (std::size_t at = line.find(":  "); at != std::string_view::npos; at = line.find(":  ", at + 1)) {
    const std::size_t code = at + 3;
    if (isSqlState(line.substr(code, 5)) && line.substr(code + 5).starts_with(": ")) return code;
  }
  return std::string_view::npos;
}

/// True for `LOCATION:  auth_failed, auth.c:331` in any language.
bool isSourceLocation(std::string_view line) {
  const std::size_t digits = line.find_last_not_of("0123456789");
  return digits != std::string_view::npos && digits + 1 < line.size() && line.substr(0, digits + 1).ends_with(".c:");
}

}  // namespace

SqlErrorKind kindOf(std::string_view sqlState) {
  if (sqlState.starts_with("08")) return SqlErrorKind::ConnectionLost;
  const auto* const found = std::ranges::find(kinds, sqlState, [](const auto& entry) { return entry.first; });
  return found == kinds.end() ? SqlErrorKind::Other : found->second;
}

Recovery recoveryFrom(SqlErrorKind kind) {
  switch (kind) {
    case SqlErrorKind::LockTimeout:
    case SqlErrorKind::Deadlock:
    case SqlErrorKind::Serialization: return {.retryable = true};
    default: return {};
  }
}

bool endsConnection(const PGresult* result) {
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC";
}

SqlFailure failureOf(const PGresult* result, std::string_view sql) {
  SqlFailure failure;
  failure.sqlState = field(result, PG_DIAG_SQLSTATE);
  failure.kind = kindOf(failure.sqlState);
  failure.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  failure.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  failure.hint = field(result, PG_DIAG_MESSAGE_HINT);
  if (failure.message.empty()) failure.message = oneLine(PQresultErrorMessage(result), 500);
  const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
  std::size_t character = 0;
  const auto [end, error] = std::from_chars(position.data(), position.data() + position.size(), character);
  if (error == std::errc{} && end == position.data() + position.size() && character > 0) {
    failure.offset = byteOffsetOf(sql, character - 1);
  }
  return failure;
}

SqlFailure connectFailureOf(std::string_view verboseMessage) {
  SqlFailure failure;
  failure.kind = SqlErrorKind::ConnectionRefused;
  std::string kept;
  while (!verboseMessage.empty()) {
    const std::string_view line = verboseMessage.substr(0, verboseMessage.find('\n'));
    verboseMessage.remove_prefix(std::min(line.size() + 1, verboseMessage.size()));
    const std::size_t code = findSqlState(line);
    if (code != std::string_view::npos) {
      // Several attempts (addresses, TLS and plain) may each have failed; the last one is why it ended.
      failure.sqlState = line.substr(code, 5);
      kept.append(line.substr(0, code)).append(line.substr(code + 7));
    } else if (!isSourceLocation(line)) {
      kept += line;
    }
    kept += '\n';
  }
  failure.message = oneLine(kept, 1000);
  return failure;
}

}  // namespace hotswap::db::postgres
