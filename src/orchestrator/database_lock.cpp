#include "orchestrator/database_lock.h"

#include <utility>

#include "observe/log.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds pollPause{200};
constexpr Milliseconds answerTimeout{10'000};
constexpr Milliseconds endPatience{10'000};

}  // namespace

DatabaseLock::DatabaseLock(const db::Engine& engine, ConnectionString connection, const std::string& applicationName,
                           Milliseconds connectTimeout)
    : engine_(engine),
      connection_(std::move(connection)),
      applicationName_(applicationName + "/lock"),
      connectTimeout_(connectTimeout) {}

DatabaseLock::~DatabaseLock() {
  if (!taken_ || !session_->usable()) return;
  try {
    // Before the session ends, because the server takes a moment to notice that, and the next one may wait already.
    engine_.unlockDatabase(*session_);
  } catch (const db::SqlError& error) {
    observe::logWarning(std::string("The lock of a database goes with its session: ") + error.what());
  }
}

bool DatabaseLock::take(Clock& clock, const std::stop_token& stop,
                        const std::function<void(const std::string&)>& onWait) {
  if (held()) return true;
  connect();
  for (bool told = false;;) {
    const auto holder = engine_.tryLockDatabase(*session_);
    if (!holder) return taken_ = true;
    if (!std::exchange(told, true)) onWait(holder->application);
    if (!clock.waitFor(pollPause, stop)) return false;
  }
}

bool DatabaseLock::held() {
  if (!taken_) return false;
  try {
    session_->query("select 1");
    return true;
  } catch (const db::SqlError&) {
    taken_ = false;
    return false;
  }
}

void DatabaseLock::connect() {
  session_ = engine_.connect(connection_, applicationName_, connectTimeout_);
  engine_.setLimits(*session_, {.lock = answerTimeout, .statement = answerTimeout, .idleInTransaction = answerTimeout});
  // A process that is gone, or a connection that was cut, may have left one that still holds it.
  engine_.sessionWatch().endSessions(*session_, applicationName_, endPatience);
}

}  // namespace hotswap::orchestrator
