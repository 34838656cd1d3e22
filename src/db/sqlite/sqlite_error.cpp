#include "db/sqlite/sqlite_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace hotswap::db::sqlite {

namespace {

using Symbol = std::pair<int, std::string_view>;

#define HOTSWAP_CODE(code) \
  Symbol { code, #code }
constexpr std::array symbols{
    HOTSWAP_CODE(SQLITE_ERROR),
    HOTSWAP_CODE(SQLITE_INTERNAL),
    HOTSWAP_CODE(SQLITE_PERM),
    HOTSWAP_CODE(SQLITE_ABORT),
    HOTSWAP_CODE(SQLITE_BUSY),
    HOTSWAP_CODE(SQLITE_LOCKED),
    HOTSWAP_CODE(SQLITE_NOMEM),
    HOTSWAP_CODE(SQLITE_READONLY),
    HOTSWAP_CODE(SQLITE_INTERRUPT),
    HOTSWAP_CODE(SQLITE_IOERR),
    HOTSWAP_CODE(SQLITE_CORRUPT),
    HOTSWAP_CODE(SQLITE_NOTFOUND),
    HOTSWAP_CODE(SQLITE_FULL),
    HOTSWAP_CODE(SQLITE_CANTOPEN),
    HOTSWAP_CODE(SQLITE_PROTOCOL),
    HOTSWAP_CODE(SQLITE_EMPTY),
    HOTSWAP_CODE(SQLITE_SCHEMA),
    HOTSWAP_CODE(SQLITE_TOOBIG),
    HOTSWAP_CODE(SQLITE_CONSTRAINT),
    HOTSWAP_CODE(SQLITE_MISMATCH),
    HOTSWAP_CODE(SQLITE_MISUSE),
    HOTSWAP_CODE(SQLITE_NOLFS),
    HOTSWAP_CODE(SQLITE_AUTH),
    HOTSWAP_CODE(SQLITE_FORMAT),
    HOTSWAP_CODE(SQLITE_RANGE),
    HOTSWAP_CODE(SQLITE_NOTADB),
    HOTSWAP_CODE(SQLITE_ABORT_ROLLBACK),
    HOTSWAP_CODE(SQLITE_BUSY_RECOVERY),
    HOTSWAP_CODE(SQLITE_BUSY_SNAPSHOT),
    HOTSWAP_CODE(SQLITE_BUSY_TIMEOUT),
    HOTSWAP_CODE(SQLITE_CANTOPEN_CONVPATH),
    HOTSWAP_CODE(SQLITE_CANTOPEN_DIRTYWAL),
    HOTSWAP_CODE(SQLITE_CANTOPEN_FULLPATH),
    HOTSWAP_CODE(SQLITE_CANTOPEN_ISDIR),
    HOTSWAP_CODE(SQLITE_CANTOPEN_NOTEMPDIR),
    HOTSWAP_CODE(SQLITE_CANTOPEN_SYMLINK),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_CHECK),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_COMMITHOOK),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_DATATYPE),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_FUNCTION),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_NOTNULL),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_PINNED),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_ROWID),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_TRIGGER),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_UNIQUE),
    HOTSWAP_CODE(SQLITE_CONSTRAINT_VTAB),
    HOTSWAP_CODE(SQLITE_CORRUPT_INDEX),
    HOTSWAP_CODE(SQLITE_CORRUPT_SEQUENCE),
    HOTSWAP_CODE(SQLITE_CORRUPT_VTAB),
    HOTSWAP_CODE(SQLITE_ERROR_MISSING_COLLSEQ),
    HOTSWAP_CODE(SQLITE_ERROR_RETRY),
    HOTSWAP_CODE(SQLITE_ERROR_SNAPSHOT),
    HOTSWAP_CODE(SQLITE_IOERR_ACCESS),
    HOTSWAP_CODE(SQLITE_IOERR_CHECKRESERVEDLOCK),
    HOTSWAP_CODE(SQLITE_IOERR_CLOSE),
    HOTSWAP_CODE(SQLITE_IOERR_CONVPATH),
    HOTSWAP_CODE(SQLITE_IOERR_CORRUPTFS),
    HOTSWAP_CODE(SQLITE_IOERR_DATA),
    HOTSWAP_CODE(SQLITE_IOERR_DELETE),
    HOTSWAP_CODE(SQLITE_IOERR_DELETE_NOENT),
    HOTSWAP_CODE(SQLITE_IOERR_DIR_CLOSE),
    HOTSWAP_CODE(SQLITE_IOERR_DIR_FSYNC),
    HOTSWAP_CODE(SQLITE_IOERR_FSTAT),
    HOTSWAP_CODE(SQLITE_IOERR_FSYNC),
    HOTSWAP_CODE(SQLITE_IOERR_GETTEMPPATH),
    HOTSWAP_CODE(SQLITE_IOERR_LOCK),
    HOTSWAP_CODE(SQLITE_IOERR_MMAP),
    HOTSWAP_CODE(SQLITE_IOERR_NOMEM),
    HOTSWAP_CODE(SQLITE_IOERR_RDLOCK),
    HOTSWAP_CODE(SQLITE_IOERR_READ),
    HOTSWAP_CODE(SQLITE_IOERR_SEEK),
    HOTSWAP_CODE(SQLITE_IOERR_SHMLOCK),
    HOTSWAP_CODE(SQLITE_IOERR_SHMMAP),
    HOTSWAP_CODE(SQLITE_IOERR_SHMOPEN),
    HOTSWAP_CODE(SQLITE_IOERR_SHMSIZE),
    HOTSWAP_CODE(SQLITE_IOERR_SHORT_READ),
    HOTSWAP_CODE(SQLITE_IOERR_TRUNCATE),
    HOTSWAP_CODE(SQLITE_IOERR_UNLOCK),
    HOTSWAP_CODE(SQLITE_IOERR_VNODE),
    HOTSWAP_CODE(SQLITE_IOERR_WRITE),
    HOTSWAP_CODE(SQLITE_LOCKED_SHAREDCACHE),
    HOTSWAP_CODE(SQLITE_LOCKED_VTAB),
    HOTSWAP_CODE(SQLITE_READONLY_CANTINIT),
    HOTSWAP_CODE(SQLITE_READONLY_CANTLOCK),
    HOTSWAP_CODE(SQLITE_READONLY_DBMOVED),
    HOTSWAP_CODE(SQLITE_READONLY_DIRECTORY),
    HOTSWAP_CODE(SQLITE_READONLY_RECOVERY),
    HOTSWAP_CODE(SQLITE_READONLY_ROLLBACK),
};
#undef HOTSWAP_CODE

constexpr int familyMask = 0xff;

const Symbol* findSymbol(int code) {
  const auto* const found = std::ranges::find(symbols, code, [](const Symbol& symbol) { return symbol.first; });
  return found == symbols.end() ? nullptr : found;
}

template <std::size_t Size>
bool startsWithAny(std::string_view message, const std::array<std::string_view, Size>& beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return message.starts_with(beginning); });
}

bool saysMissing(std::string_view message) {
  constexpr std::array<std::string_view, 15> beginnings{
      "no such table: ",     "no such view: ",
      "no such index: ",     "no such trigger: ",
      "no such column: ",    "no such function: ",
      "no such module: ",    "no such collation sequence: ",
      "no such database: ",  "no such window: ",
      "no such savepoint: ", "unknown database ",
      "unknown column \"",   "unable to identify the object to be reindexed",
      "unknown function: "};
  return startsWithAny(message, beginnings) ||
         (message.starts_with("table ") && message.find(" has no column named ") != std::string_view::npos);
}

bool saysDuplicate(std::string_view message) {
  constexpr std::array<std::string_view, 4> owners{"table ", "view ", "index ", "trigger "};
  constexpr std::array<std::string_view, 4> beginnings{
      "there is already a table named ", "there is already an index named ",
      "there is already another table or index with this name: ", "duplicate column name: "};
  return (message.ends_with(" already exists") && startsWithAny(message, owners)) ||
         startsWithAny(message, beginnings) ||
         (message.starts_with("database ") && message.ends_with(" is already in use"));
}

bool saysInTransaction(std::string_view message) {
  constexpr std::array<std::string_view, 4> sentences{"cannot VACUUM from within a transaction",
                                                      "cannot start a transaction within a transaction",
                                                      "Safety level may not be changed inside a transaction",
                                                      "temporary storage cannot be changed from within a transaction"};
  return startsWithAny(message, sentences) ||
         (message.starts_with("cannot change ") && message.ends_with(" wal mode from within a transaction"));
}

/// SQLite has one code, SQLITE_ERROR, for everything that is wrong with a statement; what it is stands in the message
/// alone. Those are fixed texts of its source, never translated and the same for many years, with a name behind or
/// inside them. Names come from users, so that texts are held against the beginning of the message. A text that is not
/// known any more gives Other, which nobody retries.
SqlErrorKind kindOfWords(std::string_view message) {
  if (saysSyntax(message)) return SqlErrorKind::Syntax;
  if (saysMissing(message)) return SqlErrorKind::MissingObject;
  if (saysDuplicate(message)) return SqlErrorKind::DuplicateObject;
  if (saysInTransaction(message)) return SqlErrorKind::InTransaction;
  return SqlErrorKind::Other;
}

}  // namespace

std::string symbolOf(int code) {
  const Symbol* found = findSymbol(code);
  if (found == nullptr) found = findSymbol(code & familyMask);
  return found == nullptr ? fmt::format("SQLITE_{}", code) : std::string(found->second);
}

bool saysSyntax(std::string_view message) {
  constexpr std::array<std::string_view, 5> beginnings{"incomplete input",
                                                       "unrecognized token: ", "parser stack overflow",
                                                       "unknown table option: ", "unknown join type: "};
  return (message.starts_with("near \"") && message.ends_with("\": syntax error")) ||
         startsWithAny(message, beginnings);
}

SqlErrorKind kindOf(int code, std::string_view message) {
  // Another connection has written since this one read: the transaction must be begun anew.
  if (code == SQLITE_BUSY_SNAPSHOT) return SqlErrorKind::Serialization;
  switch (code & familyMask) {
    case SQLITE_ERROR: return kindOfWords(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return SqlErrorKind::LockTimeout;
    case SQLITE_INTERRUPT: return SqlErrorKind::Canceled;
    case SQLITE_READONLY: return SqlErrorKind::ReadOnly;
    case SQLITE_FULL: return SqlErrorKind::OutOfSpace;
    case SQLITE_AUTH:
    case SQLITE_PERM: return SqlErrorKind::InsufficientPrivilege;
    default: return SqlErrorKind::Other;
  }
}

Recovery recoveryFrom(SqlErrorKind kind) {
  switch (kind) {
    case SqlErrorKind::LockTimeout:
    case SqlErrorKind::Serialization: return {.retryable = true};
    default: return {};
  }
}

namespace {

bool isNoRoom(int error) { return error == EFBIG || error == EDQUOT || error == ENOSPC; }

/// Tells a lack of room from other errors of the disk: SQLite has one code for both. Its rollback may have set errno
/// anew since; then the database's file remembers its own last one.
void tellNoRoom(sqlite3* connection, SqlFailure& failure) {
  int error = sqlite3_system_errno(connection);
  if (!isNoRoom(error)) sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  if (!isNoRoom(error)) return;
  failure.kind = SqlErrorKind::OutOfSpace;
  failure.message = fmt::format("the database can't be written: {}", std::generic_category().message(error));
  failure.hint = error == EFBIG ? "A file can't grow beyond what this process may write (ulimit -f), or what the file "
                                  "system takes."
                                : "Make room on the disk, or raise the quota.";
}

}  // namespace

SqlFailure failureOf(sqlite3* connection, int code, std::string_view sql) {
  SqlFailure failure;
  const char* words = sqlite3_errmsg(connection);
  failure.message = words == nullptr ? sqlite3_errstr(code) : words;
  failure.kind = kindOf(code, failure.message);
  failure.sqlState = symbolOf(code);
  if (const int offset = sqlite3_error_offset(connection); offset >= 0) {
    failure.offset = static_cast<std::size_t>(offset);
  } else if (failure.message == "incomplete input") {
    failure.offset = sql.size();
  }
  switch (code & familyMask) {
    case SQLITE_CORRUPT:
      failure.message = fmt::format("the database file is damaged ({})", failure.message);
      failure.hint = "PRAGMA integrity_check says what is broken; restore the file from a backup.";
      break;
    case SQLITE_NOTADB: failure.message = "the file is not an SQLite database, or it is encrypted"; break;
    case SQLITE_READONLY:
      failure.hint = "SQLite must be able to write the file, and in its folder: let this user do both.";
      break;
    case SQLITE_IOERR: tellNoRoom(connection, failure); break;
    case SQLITE_FULL: failure.hint = "The disk is full, or the database has reached its PRAGMA max_page_count."; break;
    default: break;
  }
  return failure;
}

}  // namespace hotswap::db::sqlite
