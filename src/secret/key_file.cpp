#include "secret/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::secret {

namespace {

constexpr std::size_t keyBytes = 32;
constexpr std::size_t digitCount = 2 * keyBytes;

/// A file descriptor that is closed with it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::filesystem::path& file, const char* what, int reason) {
  throw Error(ErrorCode::Unavailable, fmt::format("The key file {} can't be {}: {}.", file.string(), what,
                                                  std::generic_category().message(reason)));
}

std::string hexOf(Random& random) {
  std::array<std::byte, keyBytes> key{};
  random.fill(key);
  std::array<char, digitCount + 1> digits{};
  sodium_bin2hex(digits.data(), digits.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  sodium_memzero(key.data(), key.size());
  return digits.data();
}

/// What the file holds; nothing where there is none.
std::optional<std::string> readKey(const std::filesystem::path& file) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (descriptor.number() < 0) {
    if (errno == ENOENT) return std::nullopt;
    fail(file, "read", errno);
  }
  struct stat state {};
  if (fstat(descriptor.number(), &state) != 0) fail(file, "read", errno);
  if (!S_ISREG(state.st_mode)) {
    throw Error(ErrorCode::ValidationError, fmt::format("The key file {} is no regular file.", file.string()));
  }
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The key file {} can be used by others than its owner; take that away (chmod 600).",
                            file.string()));
  }
  std::array<char, digitCount + 3> buffer{};
  const ssize_t length = read(descriptor.number(), buffer.data(), buffer.size());
  if (length < 0) fail(file, "read", errno);
  const std::string digits(trim({buffer.data(), static_cast<std::size_t>(length)}));
  sodium_memzero(buffer.data(), buffer.size());
  const bool isHex = std::ranges::all_of(
      digits, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
  if (digits.size() != digitCount || !isHex) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The key file {} doesn't hold 64 hexadecimal digits.", file.string()));
  }
  return digits;
}

void writeAll(const std::filesystem::path& file, std::string_view text) {
  const Descriptor descriptor(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor.number() < 0) fail(file, "made", errno);
  const ssize_t written = write(descriptor.number(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || fsync(descriptor.number()) != 0) fail(file, "written", errno);
}

/// Makes the file under another name first and gives it its own in one step that fails where the name is taken.
/// Returns whether it was this call that made it.
bool makeKey(const std::filesystem::path& file, Random& random) {
  std::array<std::byte, 8> suffix{};
  random.fill(suffix);
  std::array<char, 2 * suffix.size() + 1> suffixText{};
  sodium_bin2hex(suffixText.data(), suffixText.size(), reinterpret_cast<const unsigned char*>(suffix.data()),
                 suffix.size());
  const std::filesystem::path draft = fmt::format("{}.{}.{}", file.string(), getpid(), suffixText.data());
  int failure = 0;
  try {
    writeAll(draft, hexOf(random) + "\n");
    if (link(draft.c_str(), file.c_str()) != 0) failure = errno;
  } catch (const Error&) {
    unlink(draft.c_str());
    throw;
  }
  unlink(draft.c_str());
  if (failure != 0 && failure != EEXIST) fail(file, "made", failure);
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const Descriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || fsync(directory.number()) != 0) fail(file, "written", errno);
  return failure == 0;
}

}  // namespace

KeyFile readOrMakeKeyFile(const std::filesystem::path& file, Random& random) {
  if (auto key = readKey(file)) return {.hex = std::move(*key), .created = false};
  const bool created = makeKey(file, random);
  auto key = readKey(file);
  if (!key) fail(file, "read", ENOENT);
  return {.hex = std::move(*key), .created = created};
}

}  // namespace hotswap::secret
