#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "db/engine.h"
#include "versioned/folder.h"

namespace hotswap::versioned {

/// Something that the way back of a statement doesn't bring back.
struct NotBroughtBack {
  int line = 0;  ///< of the migration's file, in which the statement begins
  std::string statement;
  std::vector<std::string> reasons;  ///< sentences
};

/// The way back of a migration, as it follows from its statements and the migrations before it.
struct DerivedBack {
  MigrationFile migration;
  std::optional<std::string> script;   ///< a statement a line; absent where there is nothing to do, or nothing can be
  std::vector<NotBroughtBack> losses;  ///< none: all comes back

  [[nodiscard]] bool whole() const { return losses.empty(); }
};

/// Derives the way back of one version of a folder, without a database. Throws Error (NotFound) where the folder has no
/// such version, Error (ValidationError) for a script that can't be read and for engines whose SQL isn't understood
/// that far, FolderError for files that can't be read.
DerivedBack deriveBack(const db::Engine& engine, const MigrationFolder& folder, const Version& version);

/// Writes the way back where the folder's layout has it (a file of its own, or a section at the end of the forward
/// file) and returns that file. Throws Error (Conflict) where the migration has one already, Error (ValidationError)
/// where there is nothing to write, Error (Unavailable) where it can't be written.
std::filesystem::path writeBack(const MigrationFolder& folder, const DerivedBack& back);

}  // namespace hotswap::versioned
