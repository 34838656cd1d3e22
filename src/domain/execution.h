#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/database.h"
#include "domain/enum_text.h"
#include "domain/ids.h"
#include "domain/migration.h"
#include "domain/snapshot.h"

namespace hotswap {

enum class ExecutionStatus { Pending, Running, Paused, Succeeded, Failed, RolledBack };
template <>
struct EnumTexts<ExecutionStatus> {
  static constexpr std::array entries{std::pair{ExecutionStatus::Pending, std::string_view("Pending")},
                                      std::pair{ExecutionStatus::Running, std::string_view("Running")},
                                      std::pair{ExecutionStatus::Paused, std::string_view("Paused")},
                                      std::pair{ExecutionStatus::Succeeded, std::string_view("Succeeded")},
                                      std::pair{ExecutionStatus::Failed, std::string_view("Failed")},
                                      std::pair{ExecutionStatus::RolledBack, std::string_view("RolledBack")}};
};
/// Whether nothing more will happen to an execution in this state by itself.
constexpr bool isTerminal(ExecutionStatus status) {
  return status == ExecutionStatus::Succeeded || status == ExecutionStatus::Failed ||
         status == ExecutionStatus::RolledBack;
}

enum class PhaseStatus { Pending, Running, Succeeded, Failed, RolledBack };
template <>
struct EnumTexts<PhaseStatus> {
  static constexpr std::array entries{std::pair{PhaseStatus::Pending, std::string_view("Pending")},
                                      std::pair{PhaseStatus::Running, std::string_view("Running")},
                                      std::pair{PhaseStatus::Succeeded, std::string_view("Succeeded")},
                                      std::pair{PhaseStatus::Failed, std::string_view("Failed")},
                                      std::pair{PhaseStatus::RolledBack, std::string_view("RolledBack")}};
};

/// A part of a rollout: some instances, changed and watched together.
struct Phase {
  std::string name;
  std::vector<std::string> instances;
  PhaseStatus status = PhaseStatus::Pending;
  std::optional<TimePoint> startedAt;
  std::optional<TimePoint> completedAt;
};

/// The way back, once it has begun.
struct RollbackRecord {
  std::string reason;
  TimePoint startedAt;
  std::optional<TimePoint> completedAt;
  bool verified = false;  ///< the schemas were compared and are the same, but for what others have changed since the
                          ///< script (the log names it); false where there was nothing to compare
  std::string error;      ///< what is left to do by hand, empty where nothing is
};

/// Limits of the watch (service contract, section 4); each can be set for one execution.
struct WatchSettings {
  Seconds primary{120};        ///< how long the primary is watched after the change
  Seconds baseline{10};        ///< how long is measured before the change
  double latencyFactor = 1.5;  ///< of the baseline's mean latency, overall and for a single query
  double queryShare = 0.05;    ///< a single query counts from this part of the load on
  Seconds lockWait{5};
  Seconds lag{60};
  Seconds lagRecovered{30};
  Seconds lagPatience{120};  ///< how long lag may stay before it is a breach
  double cpuPercent = 90;
  Seconds cpuPatience{120};
  Seconds window{5};  ///< a breach has to hold this long
};

/// What a caller asked for with an execution.
struct ExecutionOptions {
  Strategy strategy = Strategy::Direct;
  bool dryRun = false;
  bool autoRollback = true;  ///< false: a breach is reported and logged, and undoes nothing
  Seconds timeout{1800};     ///< of the whole execution; at most two hours
  WatchSettings watch;
};

/// One rollout of one migration.
struct Execution {
  ExecutionId id;
  MigrationId migrationId;
  DatabaseId databaseId;
  ExecutionOptions options;
  ExecutionStatus status = ExecutionStatus::Pending;
  std::string migrationScript;                ///< as it was when the execution was asked for
  std::optional<std::string> rollbackScript;  ///< likewise
  std::vector<Phase> phases;
  std::string currentPhase;
  double progress = 0;  ///< 0 to 100
  std::string targetInstance;
  TimePoint createdAt;
  std::optional<TimePoint> startedAt;
  std::optional<TimePoint> completedAt;
  std::int64_t rowsAffected = 0;
  std::optional<Baseline> baseline;                ///< of the primary
  std::optional<PerformanceSnapshot> performance;  ///< newest
  std::string errorMessage;
  std::optional<RollbackRecord> rollback;
  std::string initiatedBy;
  std::string owner;                        ///< the service process that runs it, empty while Pending and when terminal
  std::optional<std::string> cancelReason;  ///< set as soon as a cancel or rollback is asked for
  std::string schemaBefore;  ///< the schema's listing captured before the change (db::SchemaListing::text)
  std::string schemaAfter;   ///< and right after the whole script; empty where it was not done, or not captured
};

/// What one step of an execution does; the journal holds them in order.
enum class StepKind {
  Prepare,  ///< health, baseline, fingerprint
  Apply,    ///< one unit of the forward script
  Watch,    ///< watching after the change
  Verify,   ///< indexes valid, constraints validated
  Undo,     ///< the way back, with its proof
};
template <>
struct EnumTexts<StepKind> {
  static constexpr std::array entries{
      std::pair{StepKind::Prepare, std::string_view("Prepare")}, std::pair{StepKind::Apply, std::string_view("Apply")},
      std::pair{StepKind::Watch, std::string_view("Watch")}, std::pair{StepKind::Verify, std::string_view("Verify")},
      std::pair{StepKind::Undo, std::string_view("Undo")}};
};

enum class StepState {
  Started,
  Done,
  Failed,
  Interrupted,  ///< known not to have happened, for no fault of its own: may be taken again
  Unknown,      ///< whether it was done could not be found out
};
template <>
struct EnumTexts<StepState> {
  static constexpr std::array entries{std::pair{StepState::Started, std::string_view("Started")},
                                      std::pair{StepState::Done, std::string_view("Done")},
                                      std::pair{StepState::Failed, std::string_view("Failed")},
                                      std::pair{StepState::Interrupted, std::string_view("Interrupted")},
                                      std::pair{StepState::Unknown, std::string_view("Unknown")}};
};

/// A step of an execution. It is written before it is taken and again after; `evidence` is what lets a later process
/// find out from the database whether a step that was only started has happened.
struct Step {
  ExecutionId executionId;
  int sequence = 0;  ///< from 1, in the order taken
  StepKind kind = StepKind::Prepare;
  std::string instance;
  int unit = -1;  ///< index of the script's unit for Apply and Undo, -1 otherwise
  StepState state = StepState::Started;
  std::string evidence;  ///< engine's transaction id of the unit, empty where it has none
  std::string outcome;   ///< one line: what came of it
  TimePoint startedAt;
  std::optional<TimePoint> finishedAt;
};

/// A line of an execution's log.
struct LogEntry {
  std::int64_t sequence = 0;  ///< given by the store, ascending
  ExecutionId executionId;
  TimePoint timestamp;
  std::string level;  ///< `info`, `warning` or `error`
  std::string message;
  std::string sqlStatement;  ///< empty where the line is about no statement
  std::string instance;
  std::optional<Milliseconds> duration;
  std::optional<std::int64_t> rowsAffected;
};

/// The state a migration takes when an execution of it ends so; nothing where it stays as it is (dry runs).
std::optional<MigrationStatus> migrationStatusAfter(ExecutionStatus status, bool dryRun);

/// What is wrong with asked-for options; empty where nothing is.
std::vector<ErrorDetail> checkFields(const ExecutionOptions& options);

}  // namespace hotswap
