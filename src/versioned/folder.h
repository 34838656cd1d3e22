#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "versioned/file_name.h"
#include "versioned/sections.h"

namespace hotswap::versioned {

/// One migration of a folder. Its scripts stay on the disk: a folder of ten thousand files takes a few megabytes.
struct MigrationFile {
  std::optional<Version> version;  ///< absent for a repeatable one
  std::string description;
  std::filesystem::path forward;              ///< the file of the forward part
  std::optional<std::filesystem::path> back;  ///< the file of the back part, where there is one
  bool sections = false;                      ///< both parts stand in one file, between markers
  std::string checksum;                       ///< of the forward part

  [[nodiscard]] bool repeatable() const { return !version; }
  /// `0001 create users`, `repeatable views`: how a person would call it.
  [[nodiscard]] std::string name() const;
};

/// All migrations of a folder: versioned ones in order, then repeatable ones by name.
struct MigrationFolder {
  std::filesystem::path path;
  std::optional<Layout> layout;  ///< nothing where no file tells
  std::vector<MigrationFile> migrations;
};

/// A folder can't be used as it is. Each of `details()` is one fault: `field` is `file` or `file:line`.
class FolderError : public Error {
 public:
  explicit FolderError(const std::vector<ErrorDetail>& faults);
};

/// Reads a folder (not those below it) and checks every migration in it; files with other endings than `.sql`, and
/// hidden ones, are passed over. Throws FolderError with everything that is wrong: a name that is none, an ending that
/// only looks like `.sql`, two layouts, two files of one version, a back part without a forward part, an empty part, a
/// file that isn't UTF-8, a broken marker or option, a file that can't be read. Throws Error (NotFound) where there is
/// no such folder.
MigrationFolder readFolder(const std::filesystem::path& path);

enum class Direction { Up, Down };

/// A script of a migration, read from the disk. Throws FolderError where that fails, or where the forward part is no
/// longer the one that `readFolder` saw.
Part readPart(const MigrationFile& migration, Direction direction);

}  // namespace hotswap::versioned
