#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/database.h"
#include "store/page.h"
#include "store/sealer.h"

namespace hotswap::store {

class Connections;

/// Databases and their replicas. Connection strings are sealed before they are written and opened after they are read,
/// with the database's id as context; a function that reads one throws what Sealer::open throws.
class DatabaseStore {
 public:
  DatabaseStore(Connections& connections, const Sealer& sealer) : connections_(connections), sealer_(sealer) {}

  /// Throws Error (Conflict) where the name is taken.
  void add(const DatabaseTarget& database);
  [[nodiscard]] DatabaseTarget get(const DatabaseId& id) const;
  /// By id or name.
  [[nodiscard]] DatabaseTarget find(const std::string& idOrName) const;
  /// By name.
  [[nodiscard]] Page<DatabaseTarget> list(const PageRequest& page) const;
  /// As MigrationStore::update.
  DatabaseTarget update(const DatabaseTarget& database);
  /// Leaves updatedAt and version as they are: it is no edit.
  void setHealth(const DatabaseId& id, HealthStatus health);
  /// Throws Error (Conflict) while a migration refers to it or an execution on it is under way.
  void remove(const DatabaseId& id);
  [[nodiscard]] std::int64_t count() const;
  /// False where there are databases and the sealer opens the connection string of none: it has the wrong key. One that
  /// it opens is enough, so that a single damaged row is no wrong key.
  [[nodiscard]] bool opensWhatIsSealed() const;

 private:
  Connections& connections_;
  const Sealer& sealer_;
};

}  // namespace hotswap::store
