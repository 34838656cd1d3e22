#pragma once
#include <string>

#include "db/sql_error.h"

namespace hotswap::versioned {

/// What a database answers to a command as a whole (not to a statement of a script), as the person who ran the command
/// has to know it: with the code of what is wrong, the database's name, and what to do. Read from the error's class and
/// SQLSTATE alone; its answers of recovery stay as they are. The server's own hint comes before advice of HotSwap, and
/// its detail is among `details()`.
///
/// It is not for the service: there a wrong password of a database is no wrong password of the caller.
///
/// `database`: its name or file as a person knows it; empty where the connection names none.
Error explained(const db::SqlError& error, const std::string& database);

}  // namespace hotswap::versioned
