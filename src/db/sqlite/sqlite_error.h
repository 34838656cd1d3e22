#pragma once
#include <sqlite3.h>

#include <string>
#include <string_view>

#include "db/sql_error.h"

namespace hotswap::db::sqlite {

/// SQLite's name for a result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`; that of its family for an extended code nobody
/// knows. It stands where other engines have their SQLSTATE.
std::string symbolOf(int code);

/// The class of an error by its extended result code and, for SQLITE_ERROR, by the words of its message.
SqlErrorKind kindOf(int code, std::string_view message);

/// Whether the message of an SQLITE_ERROR says that the grammar is broken, whatever tables there are.
bool saysSyntax(std::string_view message);

/// What a failed statement of that class leaves its caller with.
Recovery recoveryFrom(SqlErrorKind kind);

/// What `connection` says of the call that has just failed with `code`; `offset` is of a byte in the statement.
SqlFailure failureOf(sqlite3* connection, int code, std::string_view sql);

}  // namespace hotswap::db::sqlite
