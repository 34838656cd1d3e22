#include "db/sqlite/sqlite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "db/sqlite/sqlite_error.h"

namespace hotswap::db::sqlite {

namespace {

constexpr std::size_t longestShownPath = 300;

constexpr const char* cantOpen = "SQLITE_CANTOPEN";
constexpr const char* isFolder = "SQLITE_CANTOPEN_ISDIR";
constexpr const char* isNoDatabase = "SQLITE_NOTADB";

/// SQLite's name for what the system says of a path.
std::string stateOf(int error) {
  return error == EACCES || error == EPERM || error == EROFS ? "SQLITE_PERM" : cantOpen;
}

SqlError refused(const std::string& name, std::string_view why, std::string sqlState) {
  return SqlError(
      {.kind = SqlErrorKind::ConnectionRefused,
       .sqlState = std::move(sqlState),
       .message = fmt::format("The SQLite database {} can't be opened: {}.", oneLine(name, longestShownPath), why),
       .detail = {},
       .hint = {}},
      {.connectionUsable = false});
}

std::string wordsOf(int error) { return std::generic_category().message(error); }

/// What stands at the path; nothing where nothing does.
std::optional<struct stat> statusOf(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) return status;
  return std::nullopt;
}

/// SQLite says `unable to open database file` to all of this.
void requireOpenable(const std::string& name) {
  if (name.empty()) throw refused("without a name", "the connection names no file", cantOpen);
  if (const auto status = statusOf(name)) {
    if (S_ISDIR(status->st_mode)) throw refused(name, "it is a folder", isFolder);
    if (!S_ISREG(status->st_mode)) throw refused(name, "it is not a regular file", isNoDatabase);
    return;
  }
  if (errno != ENOENT) throw refused(name, wordsOf(errno), stateOf(errno));
  std::string folder = std::filesystem::path(name).parent_path();
  if (folder.empty()) folder = ".";
  const auto status = statusOf(folder);
  if (!status) throw refused(name, "its folder does not exist", cantOpen);
  if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    throw refused(name, "it does not exist and can't be made in its folder: " + wordsOf(errno), stateOf(errno));
  }
}

/// Reads the file's header, which opening doesn't.
void requireDatabase(const std::string& name, sqlite3* connection) {
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(connection, "pragma schema_version", -1, &prepared, nullptr);
  const StatementHandle statement(prepared);
  if (code == SQLITE_OK) code = sqlite3_step(statement.get());
  if (code == SQLITE_ROW || code == SQLITE_DONE) return;
  const SqlFailure failure = failureOf(connection, code, "");
  if (failure.kind != SqlErrorKind::LockTimeout) throw refused(name, failure.message, failure.sqlState);
}

}  // namespace

OpenFile openFile(const std::string& name) {
  const bool memory = name == inMemory;
  if (!memory) requireOpenable(name);
  // SQLite would read a URI, whose options could lead anywhere.
  const std::string path = name.starts_with("file:") ? "./" + name : name;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  OpenFile file{.connection = ConnectionHandle(opened), .path = {}, .identity = {}};
  if (code != SQLITE_OK) {
    const int error = opened == nullptr ? 0 : sqlite3_system_errno(opened);
    if (error != 0) throw refused(name, wordsOf(error), stateOf(error));
    throw refused(name, sqlite3_errstr(code), symbolOf(code));
  }
  sqlite3_extended_result_codes(opened, 1);
  if (memory) return file;
  requireDatabase(name, opened);
  const std::unique_ptr<char, decltype(&std::free)> absolute(realpath(path.c_str(), nullptr), &std::free);
  if (!absolute) throw refused(name, wordsOf(errno), stateOf(errno));
  file.path = absolute.get();
  const auto status = statusOf(file.path);
  if (!status) throw refused(name, wordsOf(errno), stateOf(errno));
  file.identity = fmt::format("{}:{}", status->st_dev, status->st_ino);
  return file;
}

}  // namespace hotswap::db::sqlite
