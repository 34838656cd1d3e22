#pragma once
#include <memory>
#include <optional>
#include <string>

#include "versioned/comparison.h"
#include "versioned/history_session.h"
#include "versioned/prepared_part.h"

namespace hotswap::versioned {

/// Why a version could not be applied or rolled back, and how it was left.
struct Failure {
  EntryKind kind = EntryKind::Versioned;
  std::string version;  ///< of a repeatable one its description
  Direction direction = Direction::Up;
  std::optional<Place> place;  ///< nothing where it was no statement's fault
  std::string statement;       ///< the SQL that failed
  std::string message;         ///< the server's words, or what else went wrong
  std::string detail;
  std::string hint;
  std::string sqlState;
  bool leftHalfDone = false;  ///< it ran outside of one transaction, and the history has it as failed
  bool interrupted = false;   ///< because a stop was asked for
  bool retryable = false;     ///< nothing was done and the same command may succeed: the connection was lost
};

class RunJournal;

/// Runs scripts of migrations one after the other, each together with its row in the history. One object a command.
class PartRunner {
 public:
  PartRunner(const Workplace& place, HistorySession& history);
  ~PartRunner();

  /// Runs the forward part of a pending migration, or goes on with one that was broken off. Nothing: it is applied.
  /// Otherwise everything is undone (one transaction), or as much done as `Failure` says. Throws Error (Conflict) where
  /// somebody else was at work, SqlError where the history can't be written.
  std::optional<Failure> up(const Item& item, const PreparedPart& part);
  /// Runs the back part of an applied migration, or of one that failed half-way (then statements whose objects are
  /// missing are passed over), or goes on with one that was broken off.
  std::optional<Failure> down(const Item& item, const PreparedPart& part);

  /// Why a migration that failed can't be gone on with; empty where it can: nothing of it was done, or what was done is
  /// known and stands in the script as it was.
  static std::string obstacle(const Attempt& attempt, const PreparedPart& part);

 private:
  class Run;

  const Workplace& place_;
  HistorySession& history_;
  std::unique_ptr<RunJournal> journal_;
  execution::ScriptRunner runner_;
};

}  // namespace hotswap::versioned
