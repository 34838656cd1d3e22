#pragma once
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "db/engine.h"
#include "domain/database.h"

namespace hotswap::orchestrator {

/// Lag from which on an instance counts as unhealthy.
inline constexpr Seconds unhealthyLag{30};

/// Asks every instance of a database how it is, each within `timeout`. Never throws: what can't be reached is Unhealthy
/// with the reason. An instance is Unhealthy where it is down or lags 30 s and more, and where the primary is none.
/// When `stop` asks for it, connecting is given up; what is returned then says nothing about the database.
std::vector<InstanceHealth> checkHealth(const db::Engine& engine, const DatabaseTarget& database, Milliseconds timeout,
                                        const Clock& clock, const std::stop_token& stop = {});

/// Healthy where every instance is.
HealthStatus overall(const std::vector<InstanceHealth>& instances);

}  // namespace hotswap::orchestrator
