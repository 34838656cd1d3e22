#pragma once
#include <string_view>

#include "domain/connection_string.h"
#include "domain/database.h"

namespace hotswap {

/// A database as a command line names it: which kind it is, and how to reach it.
struct DatabaseUrl {
  DatabaseType type = DatabaseType::PostgreSQL;
  ConnectionString connection;  ///< of SQLite: `dbname` alone, the path of the file

  /// `sqlite:FILE` (also `sqlite://FILE`, `sqlite3:FILE`), else anything that ConnectionString understands, which is
  /// PostgreSQL. Throws Error (ValidationError), never with a value in its message.
  static DatabaseUrl parse(std::string_view text);
};

}  // namespace hotswap
