#pragma once
#include <map>
#include <string>
#include <vector>

#include "versioned/adopt/foreign_history.h"

/// Finds the files of changes to which a tool has given names instead of versions.
namespace hotswap::versioned {

/// A change that a tool has applied.
struct NamedChange {
  std::string label;  ///< what a person finds it by in that tool
  std::optional<TimePoint> appliedAt;
  std::string appliedBy;
};

/// The change as an entry of that file.
ForeignEntry entryOf(const NamedChange& change, const MigrationFile& file);

/// The first change is the folder's first version, the second one the second, and so on. Throws Error (Conflict) where
/// there are more changes than versions.
std::vector<ForeignEntry> matchInOrder(const std::vector<NamedChange>& changes, const MigrationFolder& folder,
                                       std::string_view tool);

/// The folder's files by version, and the repeatable ones by description.
struct FilesOfFolder {
  explicit FilesOfFolder(const MigrationFolder& folder);
  std::map<Version, const MigrationFile*> versioned;
  std::map<std::string, const MigrationFile*> repeatable;
};

}  // namespace hotswap::versioned
