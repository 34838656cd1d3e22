#include "store/store_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"

namespace hotswap::store {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, int reason) {
  throw Error(ErrorCode::Unavailable,
              fmt::format("The store {} can't be opened: {}.", file.string(), std::generic_category().message(reason)));
}

/// Opens a file with mode 0600, making it where it is missing.
int openPrivately(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, S_IRUSR | S_IWUSR);
  if (descriptor < 0) fail(file, errno);
  struct stat state {};
  if (fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) {
    close(descriptor);
    throw Error(ErrorCode::Unavailable, fmt::format("The store {} is no regular file.", file.string()));
  }
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0 && fchmod(descriptor, S_IRUSR | S_IWUSR) != 0) {
    const int reason = errno;
    close(descriptor);
    fail(file, reason);
  }
  return descriptor;
}

}  // namespace

StoreFile::StoreFile(const std::filesystem::path& file) : path_(std::filesystem::absolute(file)) {
  const std::filesystem::path lockFile = path_.string() + ".lock";
  lock_ = openPrivately(lockFile);
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    close(lock_);
    if (reason != EWOULDBLOCK) fail(lockFile, reason);
    throw Error(ErrorCode::Unavailable,
                fmt::format("Another process of HotSwap uses the store {}; stop it first.", path_.string()));
  }
  try {
    close(openPrivately(path_));
  } catch (...) {
    close(lock_);
    throw;
  }
}

StoreFile::~StoreFile() { close(lock_); }

}  // namespace hotswap::store
