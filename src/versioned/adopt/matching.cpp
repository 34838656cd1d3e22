#include "versioned/adopt/matching.h"

#include <fmt/format.h>

#include "base/error.h"

namespace hotswap::versioned {

ForeignEntry entryOf(const NamedChange& change, const MigrationFile& file) {
  return {.kind = file.repeatable() ? EntryKind::Repeatable : EntryKind::Versioned,
          .version = file.version ? file.version->text() : file.description,
          .description = file.description,
          .appliedAt = change.appliedAt,
          .appliedBy = change.appliedBy};
}

std::vector<ForeignEntry> matchInOrder(const std::vector<NamedChange>& changes, const MigrationFolder& folder,
                                       std::string_view tool) {
  const FilesOfFolder files(folder);
  if (changes.size() > files.versioned.size()) {
    throw Error(ErrorCode::Conflict,
                fmt::format("{} has applied {} changes, and the folder {} holds {} versions; each change needs a file "
                            "of its own.",
                            tool, changes.size(), folder.path.string(), files.versioned.size()));
  }
  std::vector<ForeignEntry> entries;
  auto file = files.versioned.begin();
  for (const NamedChange& change : changes) entries.push_back(entryOf(change, *(file++)->second));
  return entries;
}

FilesOfFolder::FilesOfFolder(const MigrationFolder& folder) {
  for (const MigrationFile& file : folder.migrations) {
    if (file.version) {
      versioned.emplace(*file.version, &file);
    } else {
      repeatable.emplace(file.description, &file);
    }
  }
}

}  // namespace hotswap::versioned
