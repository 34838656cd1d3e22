#pragma once
#include <optional>
#include <string>

#include "domain/migration.h"
#include "store/page.h"

namespace hotswap::store {

class Connections;

struct MigrationFilter {
  std::optional<MigrationStatus> status;
  std::optional<DatabaseId> database;
  std::optional<std::string> tag;
};

class MigrationStore {
 public:
  explicit MigrationStore(Connections& connections) : connections_(connections) {}

  /// Throws Error: Conflict (name taken on that database), ValidationError (a dependency or the database is unknown, or
  /// the dependencies form a cycle; the details name which).
  void add(const Migration& migration);
  [[nodiscard]] Migration get(const MigrationId& id) const;
  /// By id or by name; a name that several databases have throws Error (Conflict) that says to use the id.
  [[nodiscard]] Migration find(const std::string& idOrName) const;
  /// Newest first. The scripts are left empty in lists: they may be megabytes.
  [[nodiscard]] Page<Migration> list(const MigrationFilter& filter, const PageRequest& page) const;
  /// Replaces everything but createdBy, createdAt and version; the stored version must be `migration.version` (else
  /// PreconditionFailed) and grows by one. Returns the stored migration. Same checks as `add`.
  Migration update(const Migration& migration);
  /// Sets the state if it is one of `from`; throws Error (Conflict) naming the present one otherwise.
  void setStatus(const MigrationId& id, const std::vector<MigrationStatus>& from, MigrationStatus to, TimePoint at);
  /// Deletes it with its executions, their steps, logs and snapshots; the audit trail stays. Throws Error (Conflict)
  /// where its state doesn't allow it (mayDelete), another migration depends on it or an execution (a dry run) is under
  /// way.
  void remove(const MigrationId& id);
  /// Names of the dependencies that have not Succeeded.
  [[nodiscard]] std::vector<std::string> openDependencies(const MigrationId& id) const;

 private:
  Connections& connections_;
};

}  // namespace hotswap::store
