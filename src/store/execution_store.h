#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/audit.h"
#include "domain/execution.h"
#include "store/migration_move.h"
#include "store/page.h"

namespace hotswap::store {

class Connections;

struct ExecutionFilter {
  std::optional<MigrationId> migration;
  std::optional<DatabaseId> database;
  std::optional<ExecutionStatus> status;
};

/// Executions with their journal of steps and their log. What a function has written is durable when it returns: it
/// survives kill -9 and a loss of power. Throws Error: NotFound for an unknown execution or step, and as Store does.
class ExecutionStore {
 public:
  explicit ExecutionStore(Connections& connections) : connections_(connections) {}

  /// With `move` of its migration in the same transaction: both are in the store then, or neither. Throws Error
  /// (Conflict) where the migration's state forbids it.
  void add(const Execution& execution, const std::optional<MigrationMove>& move = std::nullopt);
  /// With everything.
  [[nodiscard]] Execution get(const ExecutionId& id) const;
  /// Newest first; scripts, baseline queries and schemas are left empty in lists.
  [[nodiscard]] Page<Execution> list(const ExecutionFilter& filter, const PageRequest& page) const;
  /// All that are not terminal, oldest first, with everything.
  [[nodiscard]] std::vector<Execution> unfinished() const;
  /// The oldest execution on the same database that came after `execution` and may have left a change there: no dry
  /// run, and not RolledBack.
  [[nodiscard]] std::optional<ExecutionId> laterChange(const Execution& execution) const;
  /// Writes all fields that change while it runs (not ids, scripts, options, createdAt, cancelReason), with `move` as
  /// `add` does, and with `row` in the audit trail.
  void save(const Execution& execution, const std::optional<MigrationMove>& move = std::nullopt,
            const std::optional<AuditRow>& row = std::nullopt);
  /// Records that somebody wants it stopped; the first reason stays. False where it is terminal already. Safe against a
  /// `save` at the same time, which never touches the reason.
  bool requestCancel(const ExecutionId& id, const std::string& reason);

  /// Writes a step that is about to be taken; gives it the next sequence number, which it returns.
  int beginStep(const Step& step);
  /// Adds what was learnt while the step runs.
  void setEvidence(const ExecutionId& id, int sequence, const std::string& evidence);
  void endStep(const ExecutionId& id, int sequence, StepState state, const std::string& outcome, TimePoint at);
  [[nodiscard]] std::vector<Step> steps(const ExecutionId& id) const;

  /// Returns the sequence number it was given.
  std::int64_t appendLog(const LogEntry& entry);
  /// Oldest first, those after sequence number `after`; the total counts those, too.
  [[nodiscard]] Page<LogEntry> log(const ExecutionId& id, std::int64_t after, const PageRequest& page) const;

 private:
  Connections& connections_;
};

}  // namespace hotswap::store
