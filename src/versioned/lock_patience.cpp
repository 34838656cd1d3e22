#include "versioned/lock_patience.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/time_text.h"
#include "execution/run_errors.h"

namespace hotswap::versioned {

namespace {

/// Of one attempt, so that a stop is seen soon.
constexpr Milliseconds attemptLimit{200};
constexpr Milliseconds shortestLimit{1};  ///< none at all would be endless
constexpr Milliseconds pauseBetween{20};
/// Of what is done over the session otherwise: others hold their locks for moments.
constexpr Milliseconds usualLimit{5'000};

/// While it lives an attempt ends soon. Where readers don't wait for writers nothing has to be set.
class ShortAttempts {
 public:
  ShortAttempts(const db::Engine& engine, db::Session& session, Milliseconds patience)
      : engine_(engine), session_(session) {
    set(std::clamp(patience, shortestLimit, attemptLimit));
  }
  ShortAttempts(const ShortAttempts&) = delete;
  ShortAttempts& operator=(const ShortAttempts&) = delete;
  ~ShortAttempts() { set(usualLimit); }

 private:
  void set(Milliseconds limit) const {
    if (engine_.capabilities().locksWholeDatabase) engine_.setLimits(session_, {.lock = limit});
  }

  const db::Engine& engine_;
  db::Session& session_;
};

/// The other HotSwap whose work keeps this one out; nothing where it is none, or that can't be found out.
std::optional<db::LockHolder> otherHotSwap(const db::Engine& engine, db::Session& session) {
  try {
    auto holder = engine.tryLockDatabase(session);
    if (!holder) engine.unlockDatabase(session);
    return holder;
  } catch (const db::SqlError&) {
    return std::nullopt;
  }
}

void tell(const Workplace& place, const std::optional<db::LockHolder>& holder) {
  if (holder) return place.observer.waitingFor(*holder);
  place.observer.said("info", fmt::format("another program has locked the database; waiting for it, {} at most",
                                          toHumanText(place.lockPatience)));
}

std::string describe(const db::LockHolder& holder) {
  std::string text = holder.application;
  if (!holder.user.empty()) text += fmt::format(" as {}", holder.user);
  if (!holder.from.empty()) text += fmt::format(" from {}", holder.from);
  if (holder.since) text += fmt::format(", since {}", toRfc3339(*holder.since));
  return text;
}

}  // namespace

void refuseHeld(const Workplace& place, const db::LockHolder& holder) {
  throw Error(ErrorCode::Conflict,
              fmt::format("HotSwap is at work on this database already: {}. It was waited for {}; wait longer with "
                          "--wait.",
                          describe(holder), toHumanText(place.lockPatience)),
              {}, {.retryable = true});
}

void workPatiently(const Workplace& place, db::Session& session, bool holdsLock, const std::function<void()>& work) {
  const auto deadline = place.clock.steadyNow() + place.lockPatience;
  const ShortAttempts shortAttempts(place.engine, session, place.lockPatience);
  std::optional<db::LockHolder> holder;
  for (bool told = false;; told = true) {
    try {
      return work();
    } catch (const db::SqlError& error) {
      if (error.kind() != db::SqlErrorKind::LockTimeout || !error.recovery().connectionUsable) throw;
      if (!told && !holdsLock) holder = otherHotSwap(place.engine, session);
      if (place.clock.steadyNow() >= deadline) {
        if (holder) refuseHeld(place, *holder);
        throw;
      }
    }
    if (!told) tell(place, holder);
    if (!place.clock.waitFor(pauseBetween, place.stop)) {
      throw execution::Stopped("stopped while waiting for a lock on the database; nothing was done", false);
    }
  }
}

}  // namespace hotswap::versioned
