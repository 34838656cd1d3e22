#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/postgres/postgres_engine.h"
#include "observe/metrics.h"
#include "orchestrator/orchestrator.h"
#include "store/store.h"
#include "support/mirror_sealer.h"
#include "support/postgres_cluster.h"
#include "support/temporary_folder.h"

namespace hotswap::orchestrator {

/// An orchestrator with a store of its own and databases on the shared server, watching for one second only.
class Stage {
 public:
  explicit Stage(const OrchestratorSettings& settings = quick());

  /// Short waits, so that retries and breaks are seen within a test.
  static OrchestratorSettings quick();
  /// Options that measure and watch for a second each.
  static ExecutionOptions brief();

  /// Registers a new database with `before` run on it.
  DatabaseTarget database(const std::string& before = "");
  Migration migration(const DatabaseTarget& database, const std::string& forward,
                      const std::optional<std::string>& back = std::nullopt,
                      const std::vector<MigrationId>& dependencies = {});
  /// Submits and waits for the end.
  Execution execute(const Migration& migration, ExecutionOptions options = brief());
  /// Ends this orchestrator and begins another one over the same store, as a restarted process would.
  void restart();
  /// Waits until something stands in the log of the execution.
  bool logged(const ExecutionId& id, const std::string& part);
  std::string logText(const ExecutionId& id);
  std::string sql(const DatabaseTarget& database, const std::string& statement);

  store::Store& store() { return *store_; }
  Orchestrator& orchestrator() { return *orchestrator_; }
  observe::Metrics& metrics() { return metrics_; }
  static const Actor actor;

 private:
  OrchestratorSettings settings_;
  support::TemporaryFolder folder_;
  support::MirrorSealer sealer_;
  SystemClock clock_;
  SystemRandom random_;
  db::Engines engines_;
  observe::Metrics metrics_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Orchestrator> orchestrator_;
  int migrations_ = 0;
};

}  // namespace hotswap::orchestrator
