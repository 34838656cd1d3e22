#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "domain/execution.h"
#include "domain/ids.h"
#include "domain/snapshot.h"

namespace hotswap {

/// What a watcher of an execution is told while it happens.
struct PhaseChanged {
  Phase phase;
};
struct StatementReported {
  LogEntry entry;
};
struct ProgressMade {
  double percent = 0;    ///< of the whole execution, 0 to 100
  std::string activity;  ///< e.g. `building index orders_note_idx: 41 % of 120,000 blocks`
};
struct SnapshotTaken {
  PerformanceSnapshot snapshot;
};
struct StatusChanged {
  ExecutionStatus status = ExecutionStatus::Pending;
  std::string message;  ///< why, in one sentence
};

struct ExecutionEvent {
  std::int64_t sequence = 0;  ///< ascending within an execution, also over restarts; the id of the server-sent event
  ExecutionId executionId;
  TimePoint at;
  std::variant<PhaseChanged, StatementReported, ProgressMade, SnapshotTaken, StatusChanged> what;
};

}  // namespace hotswap
