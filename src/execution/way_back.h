#pragma once
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "execution/known_schema.h"
#include "execution/script_runner.h"

namespace hotswap::execution {

/// How much of the forward script had been done when the way back began.
struct ForwardState {
  std::size_t unitsDone = 0;  ///< from the front
  std::size_t unitsTotal = 0;
  bool dataUnitDone = false;     ///< one of the done units changes rows
  bool dataUnitMissing = false;  ///< one of the units not done changes rows
  /// The concurrent builds among the units not done: indexes of theirs that are invalid, and were not there before, are
  /// dropped first.
  std::vector<db::ConcurrentBuild> unfinishedBuilds = {};
};

/// The state of a script of which the first `unitsDone` units were done. Pure.
ForwardState forwardStateOf(const db::ParsedScript& script, const std::vector<db::Unit>& units, std::size_t unitsDone);

struct WayBackResult {
  bool verified = false;               ///< the schema is again as it was, but for what others have changed
  std::vector<std::string> remaining;  ///< what still differs, as sentences
  std::string error;                   ///< why it failed, empty where it did not
  bool byOthers = false;               ///< others have changed the schema since the script; the log says what
};

/// Undoes a script on one instance and proves it: afterwards the schema must be that from before, but for what others
/// have changed since the script (`judgeSchema`), which is logged. When the forward script was done only in part,
/// statements of the way back whose objects are missing (or already back) are passed over, data is touched only where
/// all of the forward script's data units were done, and the last transaction is committed only once the proof inside
/// it has succeeded. What was there before and was not changed by the forward script is never taken away: statements
/// that only drop such things are passed over, and a transaction that would change them in another way is not
/// committed. `firstUnit`: the unit of the rollback script to begin with, for a way back that was interrupted. A
/// failure is a result and not thrown, apart from what the journal throws. Pauses between attempts are at most 2 s.
WayBackResult undo(RunTarget target, RunSettings settings, Journal& journal, Clock& clock, Random& random,
                   const std::optional<std::string>& rollbackScript, const ForwardState& forward,
                   const KnownSchema& known, const std::stop_token& stop, std::size_t firstUnit = 0);

}  // namespace hotswap::execution
