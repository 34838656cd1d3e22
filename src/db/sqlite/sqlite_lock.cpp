#include "db/sqlite/sqlite_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace hotswap::db::sqlite {

namespace {

constexpr std::size_t longestField = 200;
constexpr std::size_t longestFile = 4096;
constexpr mode_t readableByAll = 0644;
/// Each round fails only because somebody has given the lock back in between.
constexpr int mostRounds = 100;

SqlError failed(const std::string& path, std::string_view what, int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return SqlError({.kind = denied ? SqlErrorKind::InsufficientPrivilege : SqlErrorKind::Other,
                   .sqlState = {},
                   .message = fmt::format("HotSwap's lock of the database can't be taken: the file {} can't be {}: {}.",
                                          oneLine(path, longestField), what, std::generic_category().message(error)),
                   .detail = {},
                   .hint = denied ? "Let this user read and write the database, and write in its folder." : ""},
                  {});
}

std::string userName() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const uid_t user = geteuid();
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return fmt::format("user {}", user);
}

std::string hostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// The lines `field value` of the file, by field.
std::map<std::string, std::string, std::less<>> fieldsOf(int file) {
  std::string text(longestFile, '\0');
  const ssize_t length = pread(file, text.data(), text.size(), 0);
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  std::map<std::string, std::string, std::less<>> fields;
  std::string_view rest = text;
  // A line without an end is still being written.
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    const std::string_view line = rest.substr(0, end);
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) {
      fields.emplace(line.substr(0, space), oneLine(line.substr(space + 1), longestField));
    }
    rest.remove_prefix(end + 1);
  }
  return fields;
}

LockHolder holderOf(int file) {
  const auto fields = fieldsOf(file);
  const auto field = [&](std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  const std::string process = field("process");
  if (process.empty()) {
    return {.application = "a session that has just begun or ended", .user = {}, .from = {}, .since = {}};
  }
  const std::string application = field("application");
  LockHolder holder{
      .application = application.empty() ? "process " + process : fmt::format("{} (process {})", application, process),
      .user = field("user"),
      .from = field("host"),
      .since = {}};
  const std::string since = field("since");
  std::int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(since.data(), since.data() + since.size(), milliseconds);
  if (error == std::errc{} && end == since.data() + since.size()) holder.since = TimePoint(Milliseconds(milliseconds));
  return holder;
}

/// A file descriptor that is closed at the end, which gives its flock back.
struct Descriptor {
  explicit Descriptor(int number) : file(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (file >= 0) close(file);
  }
  int file;
};

}  // namespace

DatabaseLock::DatabaseLock(std::string path) : path_(std::move(path)) {
  if (!path_.empty()) path_ += "-hotswap-lock";
}

std::optional<LockHolder> DatabaseLock::tryTake(std::string_view application) {
  if (path_.empty() || file_ >= 0) return std::nullopt;
  for (int round = 0; round < mostRounds; ++round) {
    Descriptor opened(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, readableByAll));
    const bool foreign = opened.file < 0 && errno == EACCES;
    if (foreign) {
      // Somebody else's: it can be locked all the same, and who has it can be read.
      opened.file = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
      if (opened.file < 0) throw failed(path_, "opened", EACCES);
    }
    if (opened.file < 0) throw failed(path_, "made", errno);
    if (flock(opened.file, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) throw failed(path_, "locked", errno);
      return holderOf(opened.file);
    }
    // Between opening and locking its last holder may have removed it: then this is the lock of a file nobody else
    // finds any more.
    if (!isAtItsPlace(opened.file)) continue;
    if (foreign) {
      // Its holder has died, and it can't be written: a new one takes its place.
      if (unlink(path_.c_str()) != 0) throw failed(path_, "replaced", errno);
      continue;
    }
    writeHolder(opened.file, application);
    file_ = std::exchange(opened.file, -1);
    return std::nullopt;
  }
  return LockHolder{.application = "sessions that come and go", .user = {}, .from = {}, .since = {}};
}

void DatabaseLock::release() noexcept {
  if (file_ < 0) return;
  // Removed while it is still held, so that whoever opens the name from now on makes a new file.
  if (isAtItsPlace(file_)) unlink(path_.c_str());
  close(std::exchange(file_, -1));
}

bool DatabaseLock::isAtItsPlace(int file) const {
  struct stat mine {};
  struct stat there {};
  return fstat(file, &mine) == 0 && lstat(path_.c_str(), &there) == 0 && mine.st_dev == there.st_dev &&
         mine.st_ino == there.st_ino;
}

void DatabaseLock::writeHolder(int file, std::string_view application) const {
  const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  const std::string text = fmt::format("process {}\nuser {}\nhost {}\nsince {}\napplication {}\n", getpid(), userName(),
                                       hostName(), now.time_since_epoch().count(), oneLine(application, longestField));
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw failed(path_, "written", errno);
  }
}

}  // namespace hotswap::db::sqlite
