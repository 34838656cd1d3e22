#include "db/session_misuse.h"

#include <fmt/format.h>

#include <utility>

namespace hotswap::db {

SqlError misuse(SqlErrorKind kind, std::string sqlState, std::string message, std::size_t offset) {
  return {{.kind = kind,
           .sqlState = std::move(sqlState),
           .message = std::move(message),
           .detail = {},
           .hint = {},
           .offset = offset},
          {}};
}

void requireNoNul(std::string_view sql, std::span<const Value> parameters, const NulStates& states) {
  if (const std::size_t at = sql.find('\0'); at != std::string_view::npos) {
    throw misuse(SqlErrorKind::Syntax, states.statement, "The statement holds a NUL byte.", at);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i] && parameters[i]->find('\0') != std::string::npos) {
      throw misuse(SqlErrorKind::Other, states.parameter,
                   fmt::format("Parameter {} of the statement holds a NUL byte.", i + 1));
    }
  }
}

}  // namespace hotswap::db
