#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>

namespace hotswap::db::sqlite {

struct CloseConnection {
  void operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
};
using ConnectionHandle = std::unique_ptr<sqlite3, CloseConnection>;

struct EndStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, EndStatement>;

/// The name of a database that lives in memory and is seen by its own connection alone.
constexpr const char* inMemory = ":memory:";

/// A connection to a database file.
struct OpenFile {
  ConnectionHandle connection;
  std::string path;      ///< absolute, symbolic links followed; empty for a database in memory
  std::string identity;  ///< device and inode, the same under every name of the file; empty as above
};

/// Opens a file for reading and writing, or for reading alone where it may not be written; makes it where it is missing
/// (but never a folder). `name` is a path, never a URI; `:memory:` opens a database in memory. An empty file is an
/// empty database. Extended result codes are on. Never waits: a file that is locked at the moment is taken for what it
/// seems. Throws SqlError (ConnectionRefused) that says why it can't be opened: SQLITE_CANTOPEN where there is nothing
/// to open, SQLITE_CANTOPEN_ISDIR for a folder, SQLITE_NOTADB for what is no database, SQLITE_PERM where the user may
/// not.
OpenFile openFile(const std::string& name);

}  // namespace hotswap::db::sqlite
