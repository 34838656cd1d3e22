#pragma once
#include <cstddef>

#include "versioned/report.h"

namespace hotswap::versioned {

struct DownOptions {
  std::size_t steps = 1;      ///< how many versions, where `to` is not given
  std::optional<Version> to;  ///< the version to go back to; it stays. `0`: roll back everything
  bool dryRun = false;        ///< only say what would be rolled back
};

/// Runs back parts, newest version first, each in a transaction with its row in the history where it can. A version
/// that failed half-way is rolled back as far as it had come. Throws Error (ValidationError) before anything is touched
/// where a version has no back part or no file, or is the baseline, Error (NotFound) where neither folder nor history
/// has the version `to`; ScriptsRefused, FolderError, Error (Conflict), SqlError as `up` does.
Report down(const Workplace& place, const MigrationFolder& folder, const DownOptions& options);

/// Rolls the newest version back and applies it again.
Report redo(const Workplace& place, const MigrationFolder& folder);

}  // namespace hotswap::versioned
