#include "versioned/history_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_text.h"
#include "execution/patient_connect.h"
#include "execution/run_errors.h"
#include "observe/log.h"

namespace hotswap::versioned {

namespace {

constexpr Milliseconds pollPause{100};
constexpr Milliseconds endPatience{10'000};

std::string ownName(const Workplace& place) { return place.applicationName + "/lock"; }

std::string describe(const db::LockHolder& holder) {
  std::string text = holder.application;
  if (!holder.user.empty()) text += fmt::format(" as {}", holder.user);
  if (!holder.from.empty()) text += fmt::format(" from {}", holder.from);
  if (holder.since) text += fmt::format(", since {}", toRfc3339(*holder.since));
  return text;
}

}  // namespace

HistorySession::HistorySession(const Workplace& place, bool patient) : place_(place) {
  const auto throwIfStopped = [&] {
    if (place.stop.stop_requested()) throw execution::Stopped("stopped; nothing was done", false);
  };
  throwIfStopped();
  const execution::RunTarget target{
      .instance = {}, .engine = &place.engine, .connection = place.connection, .applicationName = ownName(place)};
  try {
    session_ = patient ? execution::connectPatiently(target, place.settings, place.clock, place.stop)
                       : place.engine.connectUnlessStopped(place.connection, ownName(place),
                                                           place.settings.connectTimeout, place.stop);
  } catch (const db::SqlError&) {
    throwIfStopped();
    throw;
  }
  history_.emplace(place.engine,
                   place.historySchema.empty() ? History::schemaIn(place.engine, *session_) : place.historySchema);
}

void HistorySession::requireLock() {
  constexpr Milliseconds askEvery{250};
  const auto now = place_.clock.steadyNow();
  if (now - seenAlive_ < askEvery) return;
  session_->query("select 1");
  seenAlive_ = now;
}

HistorySession::~HistorySession() {
  if (!locked_ || !session_->usable()) return;
  try {
    place_.engine.unlockDatabase(*session_);
  } catch (const Error& error) {
    observe::logWarning(std::string("The lock of a database goes with its session: ") + error.what());
  }
}

void HistorySession::lock() {
  if (locked_) return;
  const auto deadline = place_.clock.steadyNow() + place_.lockPatience;
  std::string told;
  while (const auto holder = place_.engine.tryLockDatabase(*session_)) {
    // A connection of this very command that was cut: the server hasn't noticed yet.
    if (holder->application == ownName(place_)) {
      place_.engine.sessionWatch().endSessions(*session_, ownName(place_), endPatience);
    }
    if (place_.clock.steadyNow() >= deadline) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("HotSwap is at work on this database already: {}. It was waited for {}; wait longer with "
                              "--wait.",
                              describe(*holder), toHumanText(place_.lockPatience)),
                  {}, {.retryable = true});
    }
    if (told != holder->application) place_.observer.waitingFor(*holder);
    told = holder->application;
    if (!place_.clock.waitFor(pollPause, place_.stop)) {
      throw execution::Stopped("stopped while waiting for another HotSwap; nothing was done", false);
    }
  }
  locked_ = true;
  // What such a connection was running must be over before the history is believed.
  place_.engine.sessionWatch().endSessions(*session_, place_.applicationName, endPatience);
  history_->create(*session_);
}

}  // namespace hotswap::versioned
