#include "secret/reference.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

namespace hotswap::secret {

namespace {

constexpr std::size_t longestFile = 65'536;

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::ValidationError, message); }

std::string valueOfVariable(const std::string& name) {
  const char* const value = name.empty() ? nullptr : std::getenv(name.c_str());
  if (value == nullptr || trim(value).empty()) {
    // Somebody may have written a whole URL behind `env:`, with its password.
    const bool isName = name.find_first_of(":/@ =") == std::string::npos;
    refuse(fmt::format("The environment variable {}that a connection string refers to is not set.",
                       isName ? oneLine(name, 128) + " " : ""));
  }
  return value;
}

std::string contentOfFile(const std::string& path) {
  const auto name = oneLine(path, 256);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    refuse(fmt::format("The file {} that a connection string refers to can't be read: {}.", name,
                       std::generic_category().message(errno)));
  }
  struct stat state {};
  const bool usable = fstat(descriptor, &state) == 0 && S_ISREG(state.st_mode);
  std::string content;
  std::array<char, 4096> buffer{};
  ssize_t length = 0;
  while (usable && content.size() <= longestFile && (length = read(descriptor, buffer.data(), buffer.size())) > 0) {
    content.append(buffer.data(), static_cast<std::size_t>(length));
  }
  close(descriptor);
  if (!usable || length < 0 || content.size() > longestFile) {
    refuse(fmt::format("The file {} that a connection string refers to is no readable file of at most 64 KiB.", name));
  }
  if (trim(content).empty()) refuse(fmt::format("The file {} that a connection string refers to is empty.", name));
  return content;
}

/// Says nothing of the text: it may be any variable or file of this machine, not only what was meant for HotSwap.
ConnectionString parseQuietly(const std::string& text, const std::string& reference) {
  try {
    return ConnectionString::parse(trim(text));
  } catch (const Error&) {
    refuse(fmt::format("What {} holds is not a connection string.", oneLine(reference, 256)));
  }
}

}  // namespace

std::string resolveText(const std::string& text) {
  if (!isReference(text)) return text;
  const std::size_t colon = text.find(':');
  const std::string_view scheme = std::string_view(text).substr(0, colon);
  const std::string place = text.substr(colon + 1);
  if (scheme == "env") return std::string(trim(valueOfVariable(place)));
  if (scheme == "file") return std::string(trim(contentOfFile(place)));
  refuse("References to Vault (vault:…) are not supported yet; use env:NAME or file:/path.");
}

ConnectionString resolve(const std::string& connectionString) {
  if (!isReference(connectionString)) return ConnectionString::parse(connectionString);
  return parseQuietly(resolveText(connectionString), connectionString);
}

}  // namespace hotswap::secret
