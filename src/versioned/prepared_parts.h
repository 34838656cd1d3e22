#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "versioned/prepared_part.h"

namespace hotswap::versioned {

/// The scripts of a command, all checked before the first is run. Small ones are kept parsed, the others are read and
/// parsed again when their turn comes, so that memory stays bounded however many there are.
class PreparedParts {
 public:
  /// Throws ScriptsRefused with everything that is wrong, and FolderError.
  PreparedParts(const db::Engine& engine, const std::vector<MigrationFile>& migrations, Direction direction);

  /// Hands out a script, once.
  PreparedPart take(std::size_t index);

 private:
  const db::Engine& engine_;
  const std::vector<MigrationFile>& migrations_;
  Direction direction_;
  std::vector<std::optional<PreparedPart>> kept_;
};

}  // namespace hotswap::versioned
