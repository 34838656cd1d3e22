#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "db/engine.h"
#include "domain/execution.h"
#include "domain/user.h"
#include "execution/script_runner.h"
#include "observe/metrics.h"
#include "orchestrator/event_feed.h"
#include "store/store.h"

namespace hotswap::orchestrator {

class ExecutionQueue;
struct RunParts;

struct OrchestratorSettings {
  std::size_t maxConcurrentExecutions = 10;
  execution::RunSettings run;
  /// How long a way back may take before it is broken off and the execution ends as Failed. Counted from its beginning,
  /// and anew by a process that takes it up.
  Milliseconds wayBackTimeout = std::chrono::minutes(10);
};

/// The life of executions: takes them in, runs one at a time on a database and at most ten at once over all, first come
/// first served, stops them, undoes them, and takes up at the start what a dead process left Running.
/// Safe from any thread.
class Orchestrator {
 public:
  Orchestrator(OrchestratorSettings settings, store::Store& store, const db::Engines& engines,
               observe::Metrics& metrics, Clock& clock, Random& random);
  Orchestrator(const Orchestrator&) = delete;
  Orchestrator& operator=(const Orchestrator&) = delete;
  /// As `stop` with no patience.
  ~Orchestrator();

  /// Takes up what was left unfinished, then begins to run what is asked for.
  void start();
  /// Takes in no more, tells running executions to stop at the next edge between two steps (they are taken up again at
  /// the next start), and waits for that up to `patience`; a statement that still runs then is cancelled, be it of a
  /// way back, and run again at the next start.
  void stop(Milliseconds patience);

  /// Takes in an execution of `migration` and returns it as Pending. Throws Error: Conflict (state of the migration,
  /// dependencies open), ValidationError (options, script has errors).
  Execution submit(const Migration& migration, const ExecutionOptions& options, const Actor& actor);
  /// Stops an execution and undoes it; returns at once. Throws Error (Conflict) where that comes too late: it is
  /// terminal, it has just done all it was to do, or it is being undone already.
  void cancel(const ExecutionId& id, const std::string& reason, const Actor& actor);
  /// Undoes an execution that runs, has Succeeded, or has Failed with something left to undo (the last two while no
  /// later one has changed its database); waits up to `patience` for the end and returns it as it is then. Throws Error
  /// (Conflict) for other states.
  Execution rollback(const ExecutionId& id, const std::string& reason, const Actor& actor, Milliseconds patience);
  /// Waits until the execution is terminal, up to `patience`; returns it as it is then.
  Execution wait(const ExecutionId& id, Milliseconds patience);

  EventFeed& events() { return events_; }

 private:
  EventFeed events_;
  std::unique_ptr<const RunParts> parts_;
  std::unique_ptr<ExecutionQueue> queue_;
};

}  // namespace hotswap::orchestrator
