#pragma once
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "store/audit_store.h"
#include "store/database_store.h"
#include "store/durability.h"
#include "store/execution_store.h"
#include "store/migration_store.h"
#include "store/sealer.h"
#include "store/snapshot_store.h"
#include "store/user_store.h"

namespace hotswap::store {

class Connections;

/// The service's own database: SQLite in one file, in WAL mode with foreign keys and a busy timeout.
/// Safe from any thread: each call takes one of a few connections; what must be one change is one transaction.
/// All functions of the stores throw Error: NotFound, Conflict (a unique name or a version that has moved on),
/// Unavailable (the file can't be read or written).
class Store {
 public:
  /// Opens `file` (made if missing, mode 0600), checks its integrity and upgrades its schema; an exclusive lock on
  /// `<file>.lock` keeps other processes out while this lives. `sealer` must outlive the store. Throws Error
  /// (Unavailable) naming the file where it is damaged, used by another process, no store at all or written by a newer
  /// version of HotSwap. Reads the whole file: seconds for gigabytes.
  Store(const std::filesystem::path& file, const Sealer& sealer, Durability durability = Durability::PowerLoss);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  MigrationStore& migrations() { return *migrations_; }
  DatabaseStore& databases() { return *databases_; }
  [[nodiscard]] const DatabaseStore& databases() const { return *databases_; }
  ExecutionStore& executions() { return *executions_; }
  SnapshotStore& snapshots() { return *snapshots_; }
  UserStore& users() { return *users_; }
  [[nodiscard]] const UserStore& users() const { return *users_; }
  AuditStore& audit() { return *audit_; }

  /// Reads and writes a trifle and waits until it is on the disk; throws where the store can't. For /health/ready,
  /// which should not ask more than once a second.
  void check();

 private:
  std::unique_ptr<Connections> connections_;
  std::unique_ptr<MigrationStore> migrations_;
  std::unique_ptr<DatabaseStore> databases_;
  std::unique_ptr<ExecutionStore> executions_;
  std::unique_ptr<SnapshotStore> snapshots_;
  std::unique_ptr<UserStore> users_;
  std::unique_ptr<AuditStore> audit_;
};

}  // namespace hotswap::store
