#include "versioned/sql_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "base/text.h"
#include "versioned/checksum.h"

namespace hotswap::versioned {

namespace {

constexpr std::uintmax_t mostBytes = std::uintmax_t{256} * 1024 * 1024;

[[noreturn]] void failed(int error) {
  throw SqlFileError(0, "it can't be read: " + std::generic_category().message(error));
}

/// An open file, closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string readAll(const std::filesystem::path& path) {
  // Without waiting: a named pipe has nobody at its other end.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) failed(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) failed(errno);
  if (!S_ISREG(status.st_mode)) throw SqlFileError(0, "it is no regular file");
  if (static_cast<std::uintmax_t>(status.st_size) > mostBytes) {
    throw SqlFileError(
        0, fmt::format("it holds more than {} MiB; load data with the database's own tools", mostBytes / 1024 / 1024));
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failed(errno);
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  text.resize(length);
  return text;
}

const char* faultOf(const std::string& text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return "it is UTF-16; convert it, e.g. with iconv -f utf-16 -t utf-8";
  }
  if (text.find('\0') != std::string::npos) return "it holds a NUL byte, which no SQL does";
  return "it is not UTF-8; convert it, e.g. with iconv -f latin1 -t utf-8";
}

}  // namespace

std::string readSqlFile(const std::filesystem::path& path) {
  std::string text = withPlainLineEnds(readAll(path));
  if (!isUtf8(text)) throw SqlFileError(positionOf(text, firstBadByte(text)).line, faultOf(text));
  return text;
}

}  // namespace hotswap::versioned
