#include "execution/patient_connect.h"

namespace hotswap::execution {

namespace {

constexpr Milliseconds connectPause{500};

/// Whether the server itself has said no, for good. Without its word (a proxy that closes the connection, a handshake
/// that breaks off) nobody knows.
bool isRefusal(const db::SqlError& error) { return !error.recovery().retryable && !error.failure().sqlState.empty(); }

}  // namespace

std::unique_ptr<db::Session> connectPatiently(const RunTarget& target, const RunSettings& settings, Clock& clock,
                                              const std::stop_token& stop,
                                              const std::function<void(const db::SqlError&)>& onFailure) {
  const auto begun = clock.steadyNow();
  for (;;) {
    try {
      return target.engine->connect(target.connection, target.applicationName, settings.connectTimeout);
    } catch (const db::SqlError& error) {
      const Milliseconds patience = isRefusal(error) ? settings.refusalPatience : settings.reconnectPatience;
      if (clock.steadyNow() - begun >= patience) throw;
      if (onFailure) onFailure(error);
      if (!clock.waitFor(connectPause, stop)) throw;
    }
  }
}

}  // namespace hotswap::execution
