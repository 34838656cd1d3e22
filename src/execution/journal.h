#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/execution.h"

namespace hotswap::execution {

/// Where a run writes down what it does. Each call is durable when it returns; a call that throws stops the run before
/// anything more is sent to the server, and what it threw reaches the caller of the run unchanged.
/// Calls never overlap. `log` and `progress` also come from a run's own threads, while the thread that called `run`
/// waits.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// A unit is about to be run.
  virtual void unitStarted(StepKind kind, std::size_t unit) = 0;
  /// What `unitOutcome` needs to find out later whether the present unit was done; written before it can be. Of a unit
  /// that is tried again it may come more than once: the last one counts.
  virtual void unitEvidence(const std::string& evidence) = 0;
  /// The present unit is done and has changed that many rows.
  virtual void unitDone(const std::string& outcome, std::int64_t rows) = 0;
  /// Not called where the outcome is unknown: the step then stays Started, to be settled later.
  virtual void unitFailed(const std::string& outcome) = 0;

  /// A line for the execution's log.
  virtual void log(LogEntry entry) = 0;
  /// How far the statement that runs now has come.
  virtual void progress(const std::string& activity, std::optional<double> percent) = 0;
};

}  // namespace hotswap::execution
