#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "domain/execution.h"
#include "execution/journal.h"
#include "observe/log.h"
#include "orchestrator/event_feed.h"
#include "orchestrator/interruption.h"
#include "store/store.h"

namespace hotswap::orchestrator {

/// The process ends and the execution is at an edge between two steps: the next process goes on from here.
class ServiceEnding : public Error {
 public:
  ServiceEnding() : Error(ErrorCode::Unavailable, "The service is stopping; the execution goes on when it is back.") {}
};

/// The store could not be read or written, so nobody knows what has been done; nothing more is done to the database
/// until it is back.
class StoreFailed : public Error {
 public:
  explicit StoreFailed(const Error& cause)
      : Error(cause.code(), cause.what(), cause.details(),
              {.retryable = cause.recovery().retryable, .connectionUsable = cause.recovery().connectionUsable}) {}
};

/// What an execution that has just come to its end makes of its migration; nothing where it was a dry run.
std::optional<store::MigrationMove> moveAfter(const Execution& execution, TimePoint at);

/// An execution as its thread knows it, kept in step with the store and with those who watch. It is the journal that
/// scripts are run with. Used by the execution's thread alone, apart from `tookSnapshot`. Everything that writes throws
/// StoreFailed where the store fails.
class ExecutionRecord final : public execution::Journal {
 public:
  ExecutionRecord(Execution execution, store::Store& store, EventFeed& events, const Interruption& interruption,
                  Clock& clock);

  [[nodiscard]] const Execution& get() const { return execution_; }

  /// Changes fields and saves them. `change` is called with the execution.
  template <class Change>
  void change(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change(execution_);
      hideSecrets();
    }
    save();
  }
  void setStatus(ExecutionStatus status, const std::string& message);
  /// The last word: the end, what it makes of the migration and its row in the audit trail are one write, and nothing
  /// is written after it, because whoever sees the end may change the execution from then on.
  void end(ExecutionStatus status, const std::string& message);
  void setPhase(std::size_t index, PhaseStatus status);
  void setProgress(double percent, const std::string& activity);
  /// The part of the whole bar, in percent, that the units of the running script fill.
  void setUnitSpan(double from, double to, std::size_t units);

  /// Writes a step before it is taken. Throws ServiceEnding where the process is to end.
  int beginStep(StepKind kind, const std::string& instance);
  /// What is needed later to tell what a step was about.
  void setEvidence(int sequence, const std::string& evidence);
  void endStep(int sequence, StepState state, const std::string& outcome);
  /// The journal so far, of all instances.
  [[nodiscard]] std::vector<Step> steps() const;

  void info(const std::string& message);
  void warning(const std::string& message);
  void error(const std::string& message);

  /// From the monitor's thread: a new snapshot of an instance.
  void tookSnapshot(const PerformanceSnapshot& snapshot);

  // execution::Journal
  void unitStarted(StepKind kind, std::size_t unit) override;
  void unitEvidence(const std::string& transactionId) override;
  void unitDone(const std::string& outcome, std::int64_t rows) override;
  void unitFailed(const std::string& outcome) override;
  void log(LogEntry entry) override;
  void progress(const std::string& activity, std::optional<double> percent) override;

 private:
  void save();
  void hideSecrets();
  void line(const char* level, const std::string& message);
  template <class What>
  void publish(What what) {
    events_.publish({.sequence = 0, .executionId = execution_.id, .at = clock_.now(), .what = std::move(what)});
  }

  std::mutex mutex_;  ///< guards execution_ against the monitor's thread, which sets the newest snapshot
  Execution execution_;
  store::Store& store_;
  EventFeed& events_;
  const Interruption& interruption_;
  Clock& clock_;
  int unitStep_ = 0;
  StepKind unitKind_ = StepKind::Apply;
  std::size_t unit_ = 0;
  double spanFrom_ = 0;
  double spanTo_ = 0;
  std::size_t spanUnits_ = 1;
};

}  // namespace hotswap::orchestrator
