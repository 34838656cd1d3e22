#pragma once
#include <functional>
#include <memory>
#include <stop_token>

#include "execution/script_runner.h"

namespace hotswap::execution {

/// Connects to the target, and where that fails tries again every half second: for RunSettings::reconnectPatience while
/// the server may come back by itself, for RunSettings::refusalPatience where it answers and says no (the database is
/// gone, the password is another). Throws the last SqlError, also as soon as `stop` is requested.
/// `onFailure` hears of each failure that is followed by another attempt; what it throws ends the attempts.
std::unique_ptr<db::Session> connectPatiently(const RunTarget& target, const RunSettings& settings, Clock& clock,
                                              const std::stop_token& stop,
                                              const std::function<void(const db::SqlError&)>& onFailure = nullptr);

}  // namespace hotswap::execution
