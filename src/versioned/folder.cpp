#include "versioned/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "versioned/checksum.h"
#include "versioned/sql_file.h"

namespace hotswap::versioned {

namespace {

namespace fs = std::filesystem;

std::string summaryOf(const std::vector<ErrorDetail>& faults) {
  if (faults.size() == 1) return fmt::format("{}: {}", faults.front().field, faults.front().message);
  return fmt::format("The folder can't be used: {} things are wrong with its files.", faults.size());
}

/// Also `.SQL` and `.sql ` with a space behind: whoever named a file so meant it to be run.
bool looksLikeSql(std::string_view name) { return toLower(trim(name)).ends_with(".sql"); }

/// Reads the files of a folder one after the other and gathers what is wrong with them.
class FolderReader {
 public:
  explicit FolderReader(const fs::path& path) : path_(path) {}

  MigrationFolder read() {
    MigrationFolder folder{.path = path_, .layout = {}, .migrations = {}};
    for (const fs::path& file : files()) take(file);
    refuseMixedLayouts();
    refuseLoneBackParts();
    if (!faults_.empty()) throw FolderError(faults_);
    if (!firstOf_.empty()) folder.layout = firstOf_.begin()->first;
    for (auto& [version, migration] : versioned_) folder.migrations.push_back(std::move(migration));
    for (auto& [description, migration] : repeatable_) folder.migrations.push_back(std::move(migration));
    return folder;
  }

 private:
  void fault(const fs::path& file, int line, std::string message) {
    std::string place = file.filename().string();
    if (line > 0) place += fmt::format(":{}", line);
    faults_.push_back({.field = std::move(place), .message = std::move(message)});
  }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::error_code failure;
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(path_, failure), end; !failure && entry != end; entry.increment(failure)) {
      const std::string name = entry->path().filename().string();
      if (!name.starts_with('.') && looksLikeSql(name)) files.push_back(entry->path());
    }
    if (failure) {
      throw Error(failure == std::errc::no_such_file_or_directory ? ErrorCode::NotFound : ErrorCode::ValidationError,
                  fmt::format("The folder {} can't be read: {}.", path_.string(), failure.message()));
    }
    std::ranges::sort(files);
    return files;
  }

  void take(const fs::path& file) {
    if (!file.filename().string().ends_with(".sql")) {
      return fault(file, 0,
                   "its name ends like .sql but isn't .sql, so that it might be missed; rename it or move it away");
    }
    auto name = parseFileName(file.filename().string());
    if (!name) {
      fault(file, 0,
            "this is no migration's name, such as 0001_name.up.sql, 0001_name.sql, V1__name.sql or R_name.sql; rename "
            "it or move it away");
      return;
    }
    if (name->layout) firstOf_.emplace(*name->layout, file.filename().string());
    try {
      const std::string text = readSqlFile(file);
      switch (name->part) {
        case FileName::Part::Forward: addForward(file, *name, text, false); break;
        case FileName::Part::Back: addBack(file, *name, text); break;
        case FileName::Part::Both: addSections(file, *name, text); break;
        case FileName::Part::Repeatable: addRepeatable(file, *name, text); break;
      }
    } catch (const SqlFileError& error) {
      fault(file, error.line(), error.what());
    }
  }

  bool accept(const fs::path& file, const std::vector<Fault>& faults, const Part& part, std::string_view what) {
    for (const Fault& one : faults) fault(file, one.line, one.message);
    const bool blank = isBlank(part.sql);
    if (blank) fault(file, 0, fmt::format("its {} part is empty", what));
    return faults.empty() && !blank;
  }

  void addForward(const fs::path& file, const FileName& name, std::string_view text, bool sections) {
    if (!sections) {
      const WholeFile whole = parseWhole(text);
      if (!accept(file, whole.faults, whole.part, "forward")) return;
    }
    MigrationFile migration{.version = name.version,
                            .description = name.description,
                            .forward = file,
                            .back = {},
                            .sections = sections,
                            .checksum = checksumOf(text)};
    const auto [place, isNew] = versioned_.emplace(*name.version, migration);
    if (!isNew) {
      fault(file, 0, fmt::format("it has the same version as {}", place->second.forward.filename().string()));
    }
  }

  void addBack(const fs::path& file, const FileName& name, std::string_view text) {
    const WholeFile whole = parseWhole(text);
    if (!accept(file, whole.faults, whole.part, "back")) return;
    const auto [place, isNew] = backs_.emplace(*name.version, file);
    if (!isNew) fault(file, 0, fmt::format("it has the same version as {}", place->second.filename().string()));
  }

  void addSections(const fs::path& file, const FileName& name, std::string_view text) {
    const Sections sections = parseSections(text);
    for (const Fault& one : sections.faults) fault(file, one.line, one.message);
    if (!sections.faults.empty()) return;
    if (isBlank(sections.up->sql)) return fault(file, sections.up->line - 1, "its forward part is empty");
    addForward(file, name, sections.up->sql, true);
    if (sections.down && !isBlank(sections.down->sql)) backs_.emplace(*name.version, file);
  }

  void addRepeatable(const fs::path& file, const FileName& name, std::string_view text) {
    const WholeFile whole = parseWhole(text);
    if (!accept(file, whole.faults, whole.part, "forward")) return;
    MigrationFile migration{.version = {},
                            .description = name.description,
                            .forward = file,
                            .back = {},
                            .sections = false,
                            .checksum = checksumOf(text)};
    const auto [place, isNew] = repeatable_.emplace(name.description, migration);
    if (!isNew) fault(file, 0, fmt::format("it has the same name as {}", place->second.forward.filename().string()));
  }

  void refuseMixedLayouts() {
    if (firstOf_.size() < 2) return;
    std::string seen;
    for (const auto& [layout, file] : firstOf_) {
      seen += fmt::format("{}{} is written as {}", seen.empty() ? "" : ", ", file, describe(layout));
    }
    faults_.push_back({.field = path_.string(), .message = fmt::format("it mixes layouts: {}; choose one", seen)});
  }

  void refuseLoneBackParts() {
    for (const auto& [version, file] : backs_) {
      const auto forward = versioned_.find(version);
      if (forward != versioned_.end()) {
        forward->second.back = file;
      } else if (faults_.empty()) {
        fault(file, 0, "this is a back part without a forward part");
      }
    }
  }

  const fs::path& path_;
  std::vector<ErrorDetail> faults_;
  std::map<Layout, std::string> firstOf_;  ///< a file of each layout seen
  std::map<Version, MigrationFile> versioned_;
  std::map<Version, fs::path> backs_;
  std::map<std::string, MigrationFile> repeatable_;
};

[[noreturn]] void refuse(const fs::path& file, int line, const std::string& message) {
  std::string place = file.filename().string();
  if (line > 0) place += fmt::format(":{}", line);
  throw FolderError({{.field = place, .message = message}});
}

Part partOf(const std::string& text, bool sections, Direction direction) {
  if (!sections) return parseWhole(text).part;
  Sections parsed = parseSections(text);
  auto& part = direction == Direction::Up ? parsed.up : parsed.down;
  return part ? std::move(*part) : Part{};
}

}  // namespace

std::string MigrationFile::name() const {
  const std::string what = version ? version->text() : "repeatable";
  return description.empty() ? what : fmt::format("{} {}", what, description);
}

FolderError::FolderError(const std::vector<ErrorDetail>& faults)
    : Error(ErrorCode::ValidationError, summaryOf(faults), faults.size() > 1 ? faults : std::vector<ErrorDetail>{}) {}

MigrationFolder readFolder(const fs::path& path) { return FolderReader(path).read(); }

Part readPart(const MigrationFile& migration, Direction direction) {
  const fs::path& file = direction == Direction::Up ? migration.forward : migration.back.value();
  std::string text;
  try {
    text = readSqlFile(file);
  } catch (const SqlFileError& error) {
    refuse(file, error.line(), error.what());
  }
  Part part = partOf(text, migration.sections, direction);
  if (direction == Direction::Up && checksumOf(part.sql) != migration.checksum) {
    refuse(file, 0, "it was changed while HotSwap was at work; run the command again");
  }
  return part;
}

}  // namespace hotswap::versioned
