#pragma once
#include <optional>
#include <string>

#include "base/clock.h"
#include "db/engine.h"
#include "versioned/folder.h"

namespace hotswap::versioned {

/// Hears what a command is doing, for a person who waits. Called by one thread at a time; must not throw.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// Somebody else is at work on the database; it is waited for. Called once for each holder of the lock.
  virtual void waitingFor(const db::LockHolder& /*holder*/) {}
  /// `ordinal` of `total`, from 1.
  virtual void started(const MigrationFile& /*migration*/, Direction /*direction*/, std::size_t /*ordinal*/,
                       std::size_t /*total*/) {}
  /// What a run has to say: `level` is `info`, `warning` or `error`.
  virtual void said(const std::string& /*level*/, const std::string& /*message*/) {}
  /// How far the statement that runs now has come, 0 to 100 percent of its present phase.
  virtual void progressed(const std::string& /*activity*/, std::optional<double> /*percent*/) {}
  virtual void finished(const MigrationFile& /*migration*/, Direction /*direction*/, Milliseconds /*duration*/) {}
};

}  // namespace hotswap::versioned
