#include "versioned/new_migration.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/error.h"
#include "versioned/file_name.h"

namespace hotswap::versioned {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t timestampDigits = 14;
constexpr std::size_t usualDigits = 4;

std::string fileWords(const std::string& name) {
  std::string words;
  for (const char c : name) {
    const bool isWord = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        static_cast<unsigned char>(c) >= 0x80;
    if (isWord) {
      words += c;
    } else if (!words.empty() && words.back() != '_') {
      words += '_';
    }
  }
  while (words.ends_with('_')) words.pop_back();
  if (words.empty()) throw Error(ErrorCode::ValidationError, "A migration's name needs a letter or a digit.");
  return words;
}

std::string timestampText(TimePoint now) {
  return fmt::format("{:%Y%m%d%H%M%S}", std::chrono::time_point_cast<std::chrono::seconds>(now));
}

/// One more than a number in digits, of any length, at least as wide.
std::string successor(std::string digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return digits;
    }
    *digit = '0';
  }
  return "1" + digits;
}

/// What the names in a folder tell; what the files hold doesn't matter here.
struct Names {
  std::optional<Layout> layout;
  std::optional<Version> highest;
};

Names namesIn(const fs::path& folder) {
  Names names;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure)) {
    const auto name = parseFileName(entry->path().filename().string());
    if (!name) continue;
    if (name->layout && names.layout.value_or(*name->layout) != *name->layout) {
      throw Error(ErrorCode::ValidationError,
                  fmt::format("The folder {} mixes layouts: {} and {}; choose one.", folder.string(),
                              describe(*names.layout), describe(*name->layout)));
    }
    if (name->layout) names.layout = name->layout;
    if (name->version && (!names.highest || *names.highest < *name->version)) names.highest = name->version;
  }
  if (failure) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("The folder {} can't be read: {}.", folder.string(), failure.message()));
  }
  return names;
}

std::string nextVersion(const std::optional<Version>& highest, bool timestamp, TimePoint now) {
  const bool isTimestamp =
      highest && highest->text().size() == timestampDigits && highest->text().find('.') == std::string::npos;
  if (timestamp || isTimestamp) {
    std::string text = timestampText(now);
    // Two in one second, or a clock behind that of a colleague.
    return highest && *Version::parse(text) <= *highest ? successor(highest->text()) : text;
  }
  if (!highest) return std::string(usualDigits - 1, '0') + "1";
  const std::string& text = highest->text();
  return successor(text.substr(0, text.find('.')));
}

void writeNew(const fs::path& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("{} can't be made: {}.", file.string(), std::generic_category().message(errno)));
  }
  const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int failure = errno;
  ::close(descriptor);
  if (!written) {
    throw Error(ErrorCode::Unavailable,
                fmt::format("{} can't be written: {}.", file.string(), std::generic_category().message(failure)));
  }
}

}  // namespace

std::vector<fs::path> makeMigration(const fs::path& folder, const std::string& name, bool timestamp, TimePoint now) {
  const std::string words = fileWords(name);
  std::error_code failure;
  fs::create_directories(folder, failure);
  const Names known = namesIn(folder);
  const std::string version = nextVersion(known.highest, timestamp, now);
  std::vector<std::pair<fs::path, std::string>> files;
  switch (known.layout.value_or(Layout::Pairs)) {
    case Layout::Pairs:
      files = {{folder / fmt::format("{}_{}.up.sql", version, words), "-- What changes.\n"},
               {folder / fmt::format("{}_{}.down.sql", version, words), "-- What takes it back.\n"}};
      break;
    case Layout::Sections:
      files = {{folder / fmt::format("{}_{}.sql", version, words), "-- migrate:up\n\n\n-- migrate:down\n\n"}};
      break;
    case Layout::Flyway:
      files = {{folder / fmt::format("V{}__{}.sql", version, words), "-- What changes.\n"},
               {folder / fmt::format("U{}__{}.sql", version, words), "-- What takes it back.\n"}};
      break;
  }
  std::vector<fs::path> made;
  for (const auto& [file, text] : files) {
    writeNew(file, text);
    made.push_back(file);
  }
  return made;
}

}  // namespace hotswap::versioned
