#include "domain/execution.h"

namespace hotswap {

namespace {

void positive(double value, double most, const char* field, std::vector<ErrorDetail>& details) {
  if (!(value > 0 && value <= most))
    details.push_back({field, "must be greater than 0 and at most " + std::to_string(static_cast<long long>(most))});
}

}  // namespace

std::optional<MigrationStatus> migrationStatusAfter(ExecutionStatus status, bool dryRun) {
  if (dryRun) return std::nullopt;
  switch (status) {
    case ExecutionStatus::Succeeded: return MigrationStatus::Succeeded;
    case ExecutionStatus::Failed: return MigrationStatus::Failed;
    case ExecutionStatus::RolledBack: return MigrationStatus::RolledBack;
    case ExecutionStatus::Pending:
    case ExecutionStatus::Running:
    case ExecutionStatus::Paused: return MigrationStatus::InProgress;
  }
  return std::nullopt;
}

std::vector<ErrorDetail> checkFields(const ExecutionOptions& options) {
  std::vector<ErrorDetail> details;
  constexpr double day = 86'400;
  positive(options.timeout.count(), 7200, "timeout", details);
  const WatchSettings& watch = options.watch;
  if (!(watch.primary.count() >= 0 && watch.primary.count() <= day))
    details.push_back({"monitoring.primarySeconds", "must lie between 0 and 86400"});
  positive(watch.baseline.count(), 600, "monitoring.baselineSeconds", details);
  if (!(watch.latencyFactor > 1 && watch.latencyFactor <= 1000))
    details.push_back({"monitoring.latencyFactor", "must be greater than 1 and at most 1000"});
  positive(watch.lockWait.count(), 3600, "monitoring.lockWaitSeconds", details);
  positive(watch.lag.count(), day, "monitoring.lagSeconds", details);
  positive(watch.cpuPercent, 100, "monitoring.cpuPercent", details);
  if (!(watch.window.count() >= 1 && watch.window.count() <= 600))
    details.push_back({"monitoring.windowSeconds", "must lie between 1 and 600"});
  return details;
}

}  // namespace hotswap
