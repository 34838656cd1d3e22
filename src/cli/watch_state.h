#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/event_stream.h"
#include "cli/json_text.h"

namespace hotswap::cli {

/// How one instance does, from the newest snapshot; what is unknown is absent.
struct InstanceReading {
  std::optional<double> latencyMs;
  std::optional<double> baselineMs;
  std::optional<double> lockWaitMs;
  std::optional<double> lagSeconds;
  std::optional<double> queriesPerSecond;

  /// Latency as a multiple of the baseline's, where both are known.
  [[nodiscard]] std::optional<double> factor() const;
};

struct PhaseState {
  std::string name;
  std::string instances;  ///< joined by `, `
  std::string status;
  friend bool operator==(const PhaseState&, const PhaseState&) = default;
};

/// A line of the execution's log.
struct LogLine {
  std::int64_t sequence = 0;
  std::string time;  ///< `12:00:00Z`
  std::string level;
  std::string instance;
  std::string message;
  std::string statement;
  std::string duration;  ///< as a person writes it, empty where there is none
  std::optional<std::int64_t> rows;
};

/// The entry of a log as JSON has it.
LogLine logLineOf(const Json& entry);

/// What is known about an execution that is being watched. Plain data; changed only by what the service tells.
struct WatchState {
  std::string executionId;
  std::string status;
  std::string message;  ///< of the newest status
  std::vector<PhaseState> phases;
  double percent = 0;
  std::string activity;
  std::string statement;  ///< the one that runs, or ran last
  std::map<std::string, InstanceReading> instances;
  std::optional<TimePoint> startedAt;
  double latencyLimit = 1.5;  ///< the factor that counts as a breach in this execution

  [[nodiscard]] bool isOver() const;
};

/// What one event changed, for views that print only changes.
struct WatchChange {
  bool status = false;
  bool progress = false;
  bool shutdown = false;  ///< the service is about to stop
  std::optional<PhaseState> phase;
  std::optional<LogLine> log;
  std::optional<std::string> instance;  ///< whose reading is new
};

/// Takes over an execution as GET gives it; what it doesn't tell stays.
void takeDocument(WatchState& state, const Json& execution);
/// Takes over one event. Unknown names and data of another shape change nothing.
WatchChange takeEvent(WatchState& state, const ServerEvent& event);

}  // namespace hotswap::cli
