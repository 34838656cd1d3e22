#pragma once
#include <optional>
#include <string>
#include <vector>

#include "versioned/part_run.h"

namespace hotswap::versioned {

/// A migration that a command has applied or rolled back.
struct Step {
  MigrationFile migration;
  Direction direction = Direction::Up;
  Milliseconds duration{0};
};

/// What `up`, `down` and `redo` have done.
struct Report {
  std::vector<Step> done;              ///< in the order in which it was done
  std::optional<Failure> failure;      ///< why it ended early
  std::optional<Failure> wayBack;      ///< why the back part, run because of the failure, failed too
  bool rolledBack = false;             ///< the back part of what failed was run
  std::vector<MigrationFile> planned;  ///< what was to be done and was not, first the one that failed
};

/// Files and history contradict each other, so that nothing is run. Each of `details()` is one contradiction: `field`
/// is the version, or `repeatable` and the name.
class HistoryMismatch : public Error {
 public:
  using Error::Error;
};

/// Throws HistoryMismatch where items disagree; missing files are forgiven on request, and so are versions that failed
/// without an error, being broken off, where those are gone on with.
void refuseMismatch(const std::vector<Item>& items, HistorySession& history, bool ignoreMissing);

}  // namespace hotswap::versioned
