#include "cli/session_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/error.h"
#include "cli/json_text.h"

namespace hotswap::cli {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int number) {
  throw Error(ErrorCode::InternalError,
              fmt::format("{} {}: {}", path.string(), what, std::system_category().message(number)));
}

void writeAll(int file, const std::string& text, const std::filesystem::path& path) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "can't be written", errno);
    written += static_cast<std::size_t>(count);
  }
  if (::fsync(file) != 0) fail(path, "can't be written", errno);
}

/// Whoever can read the tokens can act as the one they belong to.
void refuseWhatOthersCanRead(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) fail(path, "can't be read", errno);
  const unsigned mode = facts.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  if ((mode & (S_IRWXG | S_IRWXO)) == 0) return;
  throw Error(
      ErrorCode::InternalError,
      fmt::format("{0} may be used by others (mode {1:04o}) and holds your logins, so they are not used; log in "
                  "again with `hotswap login URL`, or say `chmod 600 {0}`",
                  path.string(), mode));
}

Json toJson(const Logins& logins) {
  Json sessions = Json::object();
  for (const auto& [url, login] : logins.byUrl) {
    sessions[url] = {{"token", login.token},
                     {"expiresAt", login.expiresAt},
                     {"username", login.username},
                     {"role", login.role},
                     {"caFile", login.caFile}};
  }
  return {{"current", logins.current}, {"sessions", sessions}};
}

}  // namespace

SessionFile SessionFile::of(const Shell& shell) {
  if (const auto configHome = shell.variable("XDG_CONFIG_HOME")) {
    return SessionFile(std::filesystem::path(*configHome) / "hotswap" / "session.json");
  }
  if (const auto home = shell.variable("HOME")) {
    return SessionFile(std::filesystem::path(*home) / ".config" / "hotswap" / "session.json");
  }
  throw Error(
      ErrorCode::InternalError,
      "there is no place for logins, as neither XDG_CONFIG_HOME nor HOME is set; set one, or use HOTSWAP_TOKEN");
}

Logins SessionFile::load() const {
  std::error_code failure;
  if (std::filesystem::exists(path_, failure)) refuseWhatOthersCanRead(path_);
  return read();
}

Logins SessionFile::read() const {
  std::error_code failure;
  if (!std::filesystem::exists(path_, failure)) return {};
  std::ifstream file(path_, std::ios::binary);
  if (!file) fail(path_, "can't be read", errno);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Json parsed = Json::parse(text, nullptr, false);
  if (!memberOf(parsed, "sessions").is_object()) {
    throw Error(ErrorCode::InternalError,
                fmt::format("{} is no file of logins (any more); remove it and log in again", path_.string()));
  }
  Logins logins{.current = textOf(parsed, "current"), .byUrl = {}};
  for (const auto& [url, login] : parsed.at("sessions").items()) {
    logins.byUrl[url] = {.token = textOf(login, "token"),
                         .expiresAt = textOf(login, "expiresAt"),
                         .username = textOf(login, "username"),
                         .role = textOf(login, "role"),
                         .caFile = textOf(login, "caFile")};
  }
  return logins;
}

void SessionFile::save(const Logins& logins) const {
  const std::filesystem::path folder = path_.parent_path();
  std::error_code failure;
  if (!std::filesystem::exists(folder, failure)) {
    std::filesystem::create_directories(folder.parent_path(), failure);
    // 0700: whoever can't enter the folder can't even see that there is a session.
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail(folder, "can't be made", errno);
  }
  std::string draft = path_.string() + ".XXXXXX";
  const int file = ::mkostemp(draft.data(), O_CLOEXEC);
  if (file < 0) fail(folder, "can't be written to", errno);
  try {
    writeAll(file, toJson(logins).dump(2) + "\n", path_);
    ::close(file);
  } catch (...) {
    ::close(file);
    ::unlink(draft.c_str());
    throw;
  }
  if (::rename(draft.c_str(), path_.c_str()) != 0) {
    const int number = errno;
    ::unlink(draft.c_str());
    fail(path_, "can't be replaced", number);
  }
}

}  // namespace hotswap::cli
