#include "cli/watch_state.h"

#include <algorithm>

#include "base/time_text.h"
#include "domain/execution.h"

namespace hotswap::cli {

namespace {

std::optional<std::int64_t> countOf(const Json& object, const std::string& key) {
  const Json& member = memberOf(object, key);
  if (!member.is_number_integer()) return std::nullopt;
  return member.get<std::int64_t>();
}

PhaseState phaseOf(const Json& phase) {
  return {.name = textOf(phase, "name"), .instances = joinedOf(phase, "instances"), .status = textOf(phase, "status")};
}

/// Puts a phase in its place; says whether anything is new.
bool takePhase(WatchState& state, const PhaseState& phase) {
  const auto known = std::find_if(state.phases.begin(), state.phases.end(),
                                  [&](const PhaseState& candidate) { return candidate.name == phase.name; });
  if (known == state.phases.end()) {
    state.phases.push_back(phase);
    return true;
  }
  if (*known == phase) return false;
  *known = phase;
  return true;
}

void takeSnapshot(WatchState& state, const Json& snapshot) {
  InstanceReading& reading = state.instances[textOf(snapshot, "instance")];
  reading.latencyMs = numberOf(snapshot, "avgQueryLatencyMs");
  reading.lockWaitMs = numberOf(snapshot, "lockWaitTimeMs");
  reading.lagSeconds = numberOf(snapshot, "replicationLagSeconds");
  reading.queriesPerSecond = numberOf(snapshot, "queriesPerSecond");
}

}  // namespace

std::optional<double> InstanceReading::factor() const {
  if (!latencyMs || !baselineMs || *baselineMs <= 0) return std::nullopt;
  return *latencyMs / *baselineMs;
}

LogLine logLineOf(const Json& entry) {
  LogLine line{.sequence = countOf(entry, "sequence").value_or(0),
               .time = clockTimeOf(entry, "timestamp"),
               .level = textOf(entry, "level"),
               .instance = textOf(entry, "instance"),
               .message = textOf(entry, "message"),
               .statement = textOf(entry, "sqlStatement"),
               .duration = {},
               .rows = countOf(entry, "rowsAffected")};
  if (const auto duration = numberOf(entry, "durationMs"); duration && *duration >= 0) {
    line.duration = toHumanText(Milliseconds(static_cast<Milliseconds::rep>(*duration)));
  }
  return line;
}

bool WatchState::isOver() const {
  const auto known = fromText<ExecutionStatus>(status);
  return known && isTerminal(*known);
}

void takeDocument(WatchState& state, const Json& execution) {
  if (const std::string id = textOf(execution, "executionId"); !id.empty()) state.executionId = id;
  if (const std::string status = textOf(execution, "status"); !status.empty()) state.status = status;
  state.message = textOf(execution, "errorMessage");
  for (const Json& phase : listOf(execution, "phases")) takePhase(state, phaseOf(phase));
  if (const auto percent = numberOf(execution, "progress")) state.percent = *percent;
  if (const auto started = parseRfc3339(textOf(execution, "startedAt"))) state.startedAt = started;
  const Json& monitoring = memberOf(execution, "monitoring");
  if (const auto limit = numberOf(monitoring, "latencyFactor")) state.latencyLimit = *limit;
  const Json& baseline = memberOf(execution, "baseline");
  if (const auto latency = numberOf(memberOf(baseline, "snapshot"), "avgQueryLatencyMs")) {
    state.instances[textOf(baseline, "instance")].baselineMs = latency;
  }
  const Json& newest = memberOf(execution, "performanceMetrics");
  if (newest.is_object()) takeSnapshot(state, newest);
}

WatchChange takeEvent(WatchState& state, const ServerEvent& event) {
  WatchChange change;
  const Json data = Json::parse(event.data, nullptr, false);
  change.shutdown = event.name == "shutdown";
  if (!data.is_object()) return change;
  if (event.name == "phase") {
    const PhaseState phase = phaseOf(data);
    if (takePhase(state, phase)) change.phase = phase;
  } else if (event.name == "statement") {
    change.log = logLineOf(data);
    if (!change.log->statement.empty()) state.statement = change.log->statement;
  } else if (event.name == "progress") {
    const double percent = numberOf(data, "percent").value_or(state.percent);
    const std::string activity = textOf(data, "activity");
    change.progress = percent != state.percent || activity != state.activity;
    state.percent = percent;
    state.activity = activity;
  } else if (event.name == "snapshot") {
    takeSnapshot(state, data);
    change.instance = textOf(data, "instance");
  } else if (event.name == "status") {
    const std::string status = textOf(data, "status");
    const std::string message = textOf(data, "message");
    change.status = status != state.status || message != state.message;
    state.status = status;
    state.message = message;
  }
  return change;
}

}  // namespace hotswap::cli
