#pragma once
#include <functional>

#include "versioned/workplace.h"

namespace hotswap::versioned {

/// Does `work` over `session`, and where somebody's lock keeps it out does it again, until it is done or
/// Workplace::lockPatience is over. The observer hears once who is waited for, as far as that can be known. `work`
/// must have changed nothing where it throws.
///
/// `holdsLock`: this session holds HotSwap's lock of the database, so that no other HotSwap is in the way.
/// Throws what `work` throws; where it was kept out to the end Error (Conflict) that names the HotSwap at work, or the
/// SqlError (LockTimeout) of other programs' locks; execution::Stopped as soon as a stop is asked for.
void workPatiently(const Workplace& place, db::Session& session, bool holdsLock, const std::function<void()>& work);

/// Throws Error (Conflict): another HotSwap is at work, and was waited for in vain.
[[noreturn]] void refuseHeld(const Workplace& place, const db::LockHolder& holder);

}  // namespace hotswap::versioned
