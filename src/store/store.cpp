#include "store/store.h"

#include "base/error.h"
#include "store/connections.h"
#include "store/query.h"

namespace hotswap::store {

Store::Store(const std::filesystem::path& file, const Sealer& sealer, Durability durability)
    : connections_(std::make_unique<Connections>(file, durability)),
      migrations_(std::make_unique<MigrationStore>(*connections_)),
      databases_(std::make_unique<DatabaseStore>(*connections_, sealer)),
      executions_(std::make_unique<ExecutionStore>(*connections_)),
      snapshots_(std::make_unique<SnapshotStore>(*connections_)),
      users_(std::make_unique<UserStore>(*connections_)),
      audit_(std::make_unique<AuditStore>(*connections_)) {}

Store::~Store() = default;

void Store::check() {
  std::int64_t touched = 0;
  const auto read = [&](soci::session& session) {
    touched = -1;
    Query(session, "SELECT touched FROM store_probe WHERE id = 1").into(touched).next();
  };
  connections_->write([&](soci::session& session) {
    read(session);
    Query(session, "UPDATE store_probe SET touched = touched + 1 WHERE id = 1").run();
  });
  const std::int64_t before = touched;
  connections_->read(read);
  if (touched <= before) throw Error(ErrorCode::Unavailable, "The store doesn't keep what is written to it.");
}

}  // namespace hotswap::store
