#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/execution.h"

namespace hotswap::execution {

/// Where a run writes down what it does. Each call is durable when it returns; a call that throws stops the run before
/// anything is sent to the server.
class Journal {
 public:
  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  virtual ~Journal() = default;

  /// A unit is about to be run.
  virtual void unitStarted(StepKind kind, std::size_t unit) = 0;
  /// The transaction that runs the unit can be found again under this id; written before it is committed.
  virtual void unitEvidence(const std::string& transactionId) = 0;
  virtual void unitDone(const std::string& outcome) = 0;
  virtual void unitFailed(const std::string& outcome) = 0;

  /// A line for the execution's log.
  virtual void log(LogEntry entry) = 0;
  /// How far the statement that runs now has come.
  virtual void progress(const std::string& activity, std::optional<double> percent) = 0;
};

}  // namespace hotswap::execution
