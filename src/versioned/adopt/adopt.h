#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "versioned/adopt/foreign_history.h"
#include "versioned/workplace.h"

namespace hotswap::versioned {

/// A version that `adopt` has taken over.
struct Adopted {
  HistoryEntry entry;
  std::optional<std::filesystem::path> file;  ///< its forward part; nothing where the folder has none
};

/// Takes over the history that another tool keeps in the database: all that it has applied and HotSwap doesn't know
/// yet, in one transaction, or nothing where anything stands against it. The tool's tables are only read. What HotSwap
/// knows already stays as it is, so that a second run takes over what is new.
///
/// Moments and names are the tool's where it keeps them (a moment without a zone counts as UTC), else the present ones;
/// checksums are those of the folder's files, as other tools' can't be compared with them: what is pending or changed
/// has to be settled before. A version without a file gets the state `baseline` where it is older than every file of
/// the folder: its file was tidied away, and nothing can be passed over by mistake below it. Elsewhere it is `applied`
/// and stands as missing until somebody puts its file back: as a baseline it would hide that files below it were never
/// applied. A repeatable migration without a file is left out, with a word to the observer.
///
/// Throws Error (NotFound) where there is no such table, Error (Conflict) for a table of another tool, for migrations
/// that failed in the tool, for names that fit no file, and where no version at all has a file; Error (ValidationError)
/// for a version that is no number and for options that don't go with the tool; else as HistorySession::lock.
std::vector<Adopted> adopt(const Workplace& place, const MigrationFolder& folder, ForeignTool tool,
                           const AdoptOptions& options);

}  // namespace hotswap::versioned
