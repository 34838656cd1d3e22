#pragma once
#include <optional>
#include <string>
#include <vector>

#include "versioned/comparison.h"
#include "versioned/history_session.h"

namespace hotswap::versioned {

/// One thing that `repair` or `baseline` has changed in the history.
struct Repaired {
  EntryKind kind = EntryKind::Versioned;
  std::string version;  ///< of a repeatable one its description
  std::string what;     ///< as a sentence for a person, without the version
};

/// What became of a statement of which nobody but a person can tell.
enum class Assumption { Done, NotDone };

/// Brings the history in line with the files: takes over the checksums of files that were changed after they had been
/// applied, and lets versions that failed half-way be gone on with. Runs no script. Says each change.
///
/// `assumption`: what became of statements of which nobody but a person can tell whether they were done before a run
/// was broken off. Without one they are left as they are. Throws Error (Conflict) for a script whose done steps have
/// changed, else as HistorySession::lock.
std::vector<Repaired> repair(const Workplace& place, const MigrationFolder& folder,
                             std::optional<Assumption> assumption = std::nullopt);

/// Writes a version as already there, for a database that is older than its history; those below it count as there,
/// too. Throws Error (Conflict) where a later version is applied already.
Repaired baseline(const Workplace& place, const MigrationFolder& folder, const Version& version);

}  // namespace hotswap::versioned
