#include "execution/patient_connect.h"

namespace hotswap::execution {

namespace {

constexpr Milliseconds connectPause{500};

}  // namespace

std::unique_ptr<db::Session> connectPatiently(const RunTarget& target, const RunSettings& settings, Clock& clock,
                                              const std::stop_token& stop,
                                              const std::function<void(const db::SqlError&)>& onFailure) {
  const auto begun = clock.steadyNow();
  for (;;) {
    try {
      return target.engine->connect(target.connection, target.applicationName, settings.connectTimeout);
    } catch (const db::SqlError& error) {
      const Milliseconds patience = error.recovery().retryable ? settings.reconnectPatience : settings.refusalPatience;
      if (clock.steadyNow() - begun >= patience) throw;
      if (onFailure) onFailure(error);
      if (!clock.waitFor(connectPause, stop)) throw;
    }
  }
}

}  // namespace hotswap::execution
