#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hotswap::db {

/// Classes of database errors that decide what happens next, the same for every engine.
enum class SqlErrorKind {
  Other,
  Syntax,
  LockTimeout,  ///< a lock was not granted in time: retry
  Deadlock,     ///< retry
  StatementTimeout,
  Canceled,         ///< by a cancel request
  Serialization,    ///< retry
  MissingObject,    ///< table, column, index, function … does not exist
  DuplicateObject,  ///< … exists already
  InTransaction,    ///< the statement can't run inside a transaction
  ReadOnly,         ///< the server is a standby or read-only, or the file may only be read
  InsufficientPrivilege,
  OutOfSpace,
  ConnectionLost,     ///< outcome unknown if a commit was under way
  ConnectionRefused,  ///< could not connect at all
};

/// What the server said of a failure.
struct SqlFailure {
  SqlErrorKind kind = SqlErrorKind::Other;
  std::string sqlState;  ///< five characters (SQLite: its name of the error), empty where the server said nothing
  std::string message;   ///< the server's primary message
  std::string detail;
  std::string hint;
  std::size_t offset = std::string::npos;  ///< byte offset in the statement it points at, npos where it points nowhere
};

/// A state for a person: `SQLSTATE 42501`, or the name that SQLite has instead of one, as it is. Empty for none.
std::string stateText(std::string_view sqlState);

/// A statement or a connection failed. `what()` is one sentence with the server's message and state.
class SqlError : public Error {
 public:
  SqlError(SqlFailure failure, Recovery recovery);

  [[nodiscard]] const SqlFailure& failure() const { return failure_; }
  [[nodiscard]] SqlErrorKind kind() const { return failure_.kind; }

 private:
  SqlFailure failure_;
};

}  // namespace hotswap::db
