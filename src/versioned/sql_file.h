#pragma once
#include <filesystem>
#include <stdexcept>
#include <string>

namespace hotswap::versioned {

/// A file of SQL can't be used; `what()` is the reason without the file's name.
class SqlFileError : public std::runtime_error {
 public:
  SqlFileError(int line, const std::string& message) : std::runtime_error(message), line_(line) {}
  [[nodiscard]] int line() const { return line_; }  ///< 0: it is about the file as a whole

 private:
  int line_;
};

/// The text of a file as it is checked and hashed: UTF-8 without a byte order mark and with plain line ends. Throws
/// SqlFileError where it can't be read, is no regular file, holds more than 256 MiB or a NUL byte, or isn't UTF-8 (with
/// the line of the first wrong byte).
std::string readSqlFile(const std::filesystem::path& path);

}  // namespace hotswap::versioned
