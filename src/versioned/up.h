#pragma once
#include <functional>

#include "versioned/report.h"

namespace hotswap::versioned {

struct UpOptions {
  std::optional<Version> to;   ///< the last version to apply; then repeatable migrations are left out
  bool dryRun = false;         ///< only say what would be applied
  bool outOfOrder = false;     ///< apply versions below one that is applied, too
  bool ignoreMissing = false;  ///< applied versions may lack a file
  bool autoRollback = false;   ///< run the back part of a version that failed half-way
  /// Sees the scripts before the first is run, with a session of their database, and may refuse by throwing.
  std::function<void(const std::vector<MigrationFile>&, db::Session&)> review = nullptr;
};

/// Applies what is pending: versions in order, then repeatable migrations that are new or changed. Each is there wholly
/// with its row in the history or not at all; one that can't run in a transaction is seen as failed until it is done,
/// and one that was broken off is gone on with where it stopped. A lost connection is waited for, and what had been
/// done is seen in the history. Nothing is run before every script has been parsed and checked.
/// With `dryRun` the report's `planned` is all there is. Throws HistoryMismatch, ScriptsRefused, FolderError, Error
/// (Conflict) for a lock that another has, Error (NotFound) for a `to` that is no version, SqlError.
Report up(const Workplace& place, const MigrationFolder& folder, const UpOptions& options);

}  // namespace hotswap::versioned
