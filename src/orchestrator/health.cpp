#include "orchestrator/health.h"

#include <fmt/format.h>

#include <algorithm>

#include "secret/reference.h"
#include "strategy/plan.h"

namespace hotswap::orchestrator {

namespace {

/// 150020 → 15.20.
std::string versionText(int version) { return fmt::format("{}.{}", version / 10'000, version % 10'000); }

std::string weakness(const InstanceHealth& health, bool isPrimary, db::InstanceRole role) {
  if (isPrimary && role != db::InstanceRole::Primary) {
    return "is registered as the primary and is a standby; it can't be changed";
  }
  if (health.replicationLag && *health.replicationLag >= unhealthyLag) {
    return fmt::format("replication lags by {:.0f} s; the limit is {:.0f} s", health.replicationLag->count(),
                       unhealthyLag.count());
  }
  return {};
}

InstanceHealth checkInstance(const db::Engine& engine, const std::string& instance, const std::string& connectionString,
                             Milliseconds timeout, const Clock& clock, const std::stop_token& stop) {
  InstanceHealth health{.instance = instance, .status = HealthStatus::Unhealthy, .checkedAt = clock.now()};
  try {
    const auto begun = clock.steadyNow();
    const ConnectionString connection = secret::resolve(connectionString);
    const auto session = engine.connectUnlessStopped(connection, "hotswap/health", timeout, stop);
    engine.setLimits(*session, {.lock = timeout, .statement = timeout, .idleInTransaction = timeout});
    const auto vitals = engine.vitals(*session, false);
    const db::InstanceRole role = vitals->role();
    health.role = role == db::InstanceRole::Primary ? "primary" : "standby";
    health.serverVersion = versionText(session->serverVersion());
    if (const auto lag = vitals->replicationLag()) health.replicationLag = Seconds(*lag);
    health.responseTime = clock.steadyNow() - begun;
    health.message = weakness(health, instance == strategy::primaryInstance, role);
    health.status = health.message.empty() ? HealthStatus::Healthy : HealthStatus::Unhealthy;
  } catch (const Error& error) {
    health.message = error.what();
  }
  return health;
}

}  // namespace

std::vector<InstanceHealth> checkHealth(const db::Engine& engine, const DatabaseTarget& database, Milliseconds timeout,
                                        const Clock& clock, const std::stop_token& stop) {
  std::vector<InstanceHealth> instances;
  instances.push_back(
      checkInstance(engine, strategy::primaryInstance, database.masterConnectionString, timeout, clock, stop));
  for (const Replica& replica : database.replicas) {
    instances.push_back(checkInstance(engine, replica.id.text(), replica.connectionString, timeout, clock, stop));
  }
  return instances;
}

HealthStatus overall(const std::vector<InstanceHealth>& instances) {
  const bool healthy =
      std::ranges::all_of(instances, [](const auto& one) { return one.status == HealthStatus::Healthy; });
  return healthy ? HealthStatus::Healthy : HealthStatus::Unhealthy;
}

}  // namespace hotswap::orchestrator
