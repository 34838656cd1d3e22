#pragma once
#include <stop_token>
#include <string>

#include "base/random.h"
#include "execution/script_runner.h"
#include "versioned/observer.h"

namespace hotswap::versioned {

/// Where and how the commands work. Everything it refers to outlives them.
struct Workplace {
  const db::Engine& engine;
  ConnectionString connection;
  std::string historySchema;    ///< empty: the one in which the connection makes new tables
  std::string who;              ///< `user@host`, for the history
  std::string applicationName;  ///< of every session; no other process may have the same
  execution::RunSettings settings;
  Milliseconds lockPatience{60'000};  ///< how long another runner, or somebody's lock, is waited for
  Clock& clock;
  Random& random;
  Observer& observer;
  std::stop_token stop;
};

}  // namespace hotswap::versioned
