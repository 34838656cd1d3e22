#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "db/session.h"

/// What a session refuses by itself, before its engine hears of it. The session stays usable.
namespace hotswap::db {

/// The error for it; `offset`: of the byte in the statement that it is about.
SqlError misuse(SqlErrorKind kind, std::string sqlState, std::string message, std::size_t offset = std::string::npos);

/// The engine's states for a NUL byte.
struct NulStates {
  const char* statement;  ///< in the statement: a break of the grammar
  const char* parameter;  ///< in a parameter
};

/// Refuses NUL bytes: engines' libraries take texts up to their first one, and what stands behind it would silently be
/// left out. Throws SqlError.
void requireNoNul(std::string_view sql, std::span<const Value> parameters, const NulStates& states);

}  // namespace hotswap::db
