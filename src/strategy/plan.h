#pragma once
#include <string>
#include <vector>

#include "domain/database.h"
#include "domain/execution.h"

namespace hotswap::strategy {

/// Part of a rollout: change these instances, then watch them.
struct PlannedPhase {
  std::string name;
  std::vector<std::string> instances;  ///< `primary` or replica ids
  Seconds watch{0};                    ///< how long each is watched after the change
};

using Plan = std::vector<PlannedPhase>;

/// The name the primary goes by among instances.
inline constexpr const char* primaryInstance = "primary";

/// What is done to which instance in which order. Throws Error (ValidationError) for a strategy that can't be had yet.
Plan makePlan(const DatabaseTarget& database, const ExecutionOptions& options);

/// The strategy an environment gets when none is asked for.
Strategy defaultStrategy(Environment environment, RiskLevel risk);

}  // namespace hotswap::strategy
