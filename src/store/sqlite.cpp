#include "store/sqlite.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

#include "store/query.h"

namespace hotswap::store::sqlite {

namespace {

sqlite_api::sqlite3* handleOf(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

/// SOCI takes a text without `=` for the file's name as it stands, and otherwise reads `key=value` pairs.
std::string connectionText(const std::filesystem::path& file) {
  const std::string name = file.string();
  if (name.find('=') == std::string::npos) return name;
  if (name.find('"') != std::string::npos) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("The store's file name {} holds both = and \"; choose another one.", name));
  }
  return fmt::format("db=\"{}\"", name);
}

Error failure(ErrorCode code, const char* what, int result, bool retryable) {
  return Error(code, fmt::format("{} ({}, SQLite code {})", what, sqlite_api::sqlite3_errstr(result), result), {},
               {.retryable = retryable});
}

std::unique_ptr<soci::session> open(const std::filesystem::path& file, Durability durability) {
  auto session = std::make_unique<soci::session>(soci::sqlite3, connectionText(file));
  sqlite_api::sqlite3_extended_result_codes(handleOf(*session), 1);
  *session << "PRAGMA busy_timeout = 10000";
  *session << (durability == Durability::PowerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  std::string journal;
  Query(*session, "PRAGMA journal_mode = WAL").into(journal).next();
  if (journal != "wal") {
    throw Error(ErrorCode::Unavailable, "The file system doesn't allow SQLite's write-ahead log.");
  }
  *session << "PRAGMA foreign_keys = ON";
  *session << "PRAGMA temp_store = MEMORY";
  return session;
}

}  // namespace

std::unique_ptr<soci::session> openWriter(const std::filesystem::path& file, Durability durability) {
  try {
    auto session = open(file, durability);
    // After a script of megabytes the log file shrinks again.
    *session << "PRAGMA journal_size_limit = 16777216";
    return session;
  } catch (const soci::soci_error& error) {
    throw translate(error);
  }
}

std::unique_ptr<soci::session> openReader(const std::filesystem::path& file) {
  try {
    auto session = open(file, Durability::PowerLoss);
    *session << "PRAGMA query_only = ON";
    return session;
  } catch (const soci::soci_error& error) {
    throw translate(error);
  }
}

void checkIntegrity(soci::session& session) {
  std::string finding;
  Query(session, "PRAGMA quick_check(1)").into(finding).next();
  if (finding != "ok") {
    throw Error(ErrorCode::Unavailable, fmt::format("The file is damaged: {}. Restore it from a backup.", finding));
  }
}

void beginWrite(soci::session& session) { session << "BEGIN IMMEDIATE"; }

bool isInTransaction(soci::session& session) { return sqlite_api::sqlite3_get_autocommit(handleOf(session)) == 0; }

Error translate(const soci::soci_error& error) {
  const auto* const failed = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  if (failed == nullptr) {
    return Error(ErrorCode::InternalError, "The store was asked in a way that its library refuses.");
  }
  const int result = failed->result();
  switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return Error(ErrorCode::Conflict, "Something of the same name or id exists already.");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Error(ErrorCode::Conflict, "It refers to something that doesn't exist, or something refers to it.");
    default: break;
  }
  switch (result & 0xFF) {
    case SQLITE_FULL: return failure(ErrorCode::Unavailable, "The disk that holds the store is full", result, true);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return failure(ErrorCode::Unavailable, "The store is locked by another process", result, true);
    case SQLITE_IOERR: return failure(ErrorCode::Unavailable, "The store can't be read or written", result, true);
    case SQLITE_NOMEM: return failure(ErrorCode::Unavailable, "There is too little memory for the store", result, true);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return failure(ErrorCode::Unavailable, "The store's file is damaged; restore it from a backup", result, false);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return failure(ErrorCode::Unavailable, "The store's file can't be opened for writing", result, false);
    default: return failure(ErrorCode::InternalError, "The store refused a statement", result, false);
  }
}

}  // namespace hotswap::store::sqlite
