#pragma once
#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "db/sql_error.h"

namespace hotswap::db::postgres {

/// The class of an error by its SQLSTATE (PostgreSQL manual, appendix A). 57014 says both "cancelled" and "took too
/// long": it is Canceled here, and the session, which knows the limits, tells the two apart.
SqlErrorKind kindOf(std::string_view sqlState);

/// What a failed statement of that class leaves its caller with, the connection being good.
Recovery recoveryFrom(SqlErrorKind kind);

/// True where the server ended the connection with this error (severity FATAL or PANIC).
bool endsConnection(const PGresult* result);

/// What the server said in `result`; the offset is of a byte in `sql`, the statement that failed.
SqlFailure failureOf(const PGresult* result, std::string_view sql);

/// What libpq says of a connection that could not be made, where its messages carry SQLSTATEs (PQERRORS_VERBOSE):
/// the code is taken out of the text and lines about the server's source are left out. Kind ConnectionRefused.
SqlFailure connectFailureOf(std::string_view verboseMessage);

}  // namespace hotswap::db::postgres
