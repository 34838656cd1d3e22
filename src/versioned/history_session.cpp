#include "versioned/history_session.h"

#include "execution/patient_connect.h"
#include "execution/run_errors.h"
#include "observe/log.h"
#include "versioned/lock_patience.h"

namespace hotswap::versioned {

namespace {

constexpr Milliseconds pollPause{100};
constexpr Milliseconds endPatience{10'000};

std::string ownName(const Workplace& place) { return place.applicationName + "/lock"; }

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
  std::string schema = place.historySchema;
  patiently([&] {
    if (schema.empty()) schema = History::schemaIn(place.engine, *session_);
  });
  history_.emplace(place.engine, schema);
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
    if (place_.clock.steadyNow() >= deadline) refuseHeld(place_, *holder);
    if (told != holder->application) place_.observer.waitingFor(*holder);
    told = holder->application;
    if (!place_.clock.waitFor(pollPause, place_.stop)) {
      throw execution::Stopped("stopped while waiting for another HotSwap; nothing was done", false);
    }
  }
  locked_ = true;
  // What such a connection was running must be over before the history is believed.
  place_.engine.sessionWatch().endSessions(*session_, place_.applicationName, endPatience);
  patiently([&] { history_->create(*session_); });
}

std::vector<HistoryEntry> HistorySession::entries() {
  std::vector<HistoryEntry> entries;
  patiently([&] { entries = history_->entries(*session_); });
  return entries;
}

std::vector<Attempt> HistorySession::attempts() {
  std::vector<Attempt> attempts;
  patiently([&] { attempts = history_->attempts(*session_); });
  return attempts;
}

void HistorySession::write(const Attempt& attempt, std::optional<EntryState> before) {
  patiently([&] { history_->write(*session_, attempt, before); });
}

void HistorySession::patiently(const std::function<void()>& work) {
  // Inside a transaction it holds what it needs, and could not be begun again.
  if (session_->inTransaction()) return work();
  workPatiently(place_, *session_, locked_, work);
}

}  // namespace hotswap::versioned
