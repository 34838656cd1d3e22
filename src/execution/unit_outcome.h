#pragma once
#include <string>

#include "db/engine.h"
#include "db/script_plan.h"

namespace hotswap::execution {

/// What became of a unit that was begun and of which nothing more is known.
enum class UnitOutcome { Done, NotDone, Unknown };

/// Finds out from the database, over a fresh session, what became of a unit of which `evidence` is what the journal was
/// given last (`Journal::unitEvidence`), empty where it was given nothing: then the unit was not done.
/// The session that ran the unit must be gone (`SessionWatch::endSessions`).
///
/// What a concurrent build left half-done is cleared away on the occasion: an invalid index that it made is dropped
/// (the unit is NotDone), an index that it had begun to drop is dropped (the unit is Done), a partition that it had
/// begun to detach is attached again (the unit is NotDone). That is tried for up to 20 s and takes no lock that reads
/// or writes would wait for. Throws SqlError.
UnitOutcome unitOutcome(const db::Engine& engine, db::Session& session, const db::ParsedScript& script,
                        const db::Unit& unit, const std::string& evidence);

}  // namespace hotswap::execution
