#pragma once
#include <filesystem>
#include <memory>
#include <optional>
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
  /// The same, but watching until it is stopped.
  static ExecutionOptions endless();

  /// Registers a new database with `before` run on it.
  DatabaseTarget database(const std::string& before = "");
  Migration migration(const DatabaseTarget& database, const std::string& forward,
                      const std::optional<std::string>& back = std::nullopt,
                      const std::vector<MigrationId>& dependencies = {});
  ExecutionId submit(const Migration& migration, const ExecutionOptions& options = brief());
  /// The error that a submission is turned down with; a failure of the test where it is taken in.
  Error refusal(const Migration& migration);
  /// Submits one that watches until it is stopped, and waits until it does.
  ExecutionId watching(const Migration& migration);
  /// Waits for the end.
  Execution end(const ExecutionId& id);
  Execution cancel(const ExecutionId& id, const std::string& reason = "");
  Execution execute(const Migration& migration, const ExecutionOptions& options = brief());
  /// Ends this orchestrator and begins another one over the same store, as a restarted process would.
  void restart();
  /// Lets every write to the store fail from now on that is such a one ("BEFORE INSERT ON executions", with a WHEN if
  /// need be), until `mendStore`.
  void breakStore(const std::string& when);
  void mendStore();
  /// Runs a statement on the store, behind its back.
  void storeSql(const std::string& statement);
  /// Waits until something stands in the log of the execution.
  bool logged(const ExecutionId& id, const std::string& part);
  std::string logText(const ExecutionId& id);
  std::string sql(const DatabaseTarget& database, const std::string& statement);
  bool has(const DatabaseTarget& database, const std::string& relation);
  /// Whether a session of the database is busy with a statement that has `part` in its text.
  bool runs(const DatabaseTarget& database, const std::string& part);

  store::Store& store() { return *store_; }
  Orchestrator& orchestrator() { return *orchestrator_; }
  observe::Metrics& metrics() { return metrics_; }
  static const Actor actor;

 private:
  OrchestratorSettings settings_;
  support::TemporaryFolder folder_;
  std::filesystem::path storeFile_ = folder_.path() / "hotswap.db";
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
