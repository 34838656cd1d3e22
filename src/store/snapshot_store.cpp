#include "store/snapshot_store.h"

#include <algorithm>

#include "store/connections.h"
#include "store/execution_json.h"
#include "store/query.h"

namespace hotswap::store {

void SnapshotStore::add(const ExecutionId& execution, const PerformanceSnapshot& snapshot) {
  const std::string metrics = toJson(snapshot);
  connections_.write([&](soci::session& session) {
    std::int64_t sequence = 0;
    Query(session, "SELECT COALESCE(MAX(sequence), 0) + 1 FROM snapshots WHERE execution_id = :id")
        .bind("id", execution)
        .into(sequence)
        .next();
    Query(session, R"(
      INSERT INTO snapshots (execution_id, sequence, instance, taken_at, metrics)
      VALUES (:id, :sequence, :instance, :taken_at, :metrics))")
        .bind("id", execution)
        .bind("sequence", sequence)
        .bind("instance", snapshot.instance)
        .bind("taken_at", snapshot.timestamp)
        .bind("metrics", metrics)
        .run();
  });
}

std::vector<PerformanceSnapshot> SnapshotStore::list(const ExecutionId& execution, std::optional<TimePoint> from,
                                                     std::optional<TimePoint> to,
                                                     const std::optional<std::string>& instance,
                                                     std::int64_t limit) const {
  Conditions where;
  where.add("execution_id = :id");
  if (from) where.add("taken_at >= :from");
  if (to) where.add("taken_at <= :to");
  if (instance) where.add("instance = :instance");
  const std::int64_t most = std::max<std::int64_t>(limit, 0);
  return connections_.read([&](soci::session& session) {
    std::vector<PerformanceSnapshot> snapshots;
    std::string metrics;
    Query query(session,
                "SELECT metrics FROM snapshots" + where.text() + " ORDER BY taken_at DESC, sequence DESC LIMIT :limit");
    query.bind("id", execution);
    if (from) query.bind("from", *from);
    if (to) query.bind("to", *to);
    if (instance) query.bind("instance", *instance);
    query.bind("limit", most).into(metrics);
    while (query.next()) snapshots.push_back(snapshotFromJson(metrics));
    std::ranges::reverse(snapshots);
    return snapshots;
  });
}

std::int64_t SnapshotStore::removeOlderThan(TimePoint before) {
  // In pieces, so that others who write get their turn.
  constexpr std::int64_t piece = 2000;
  std::int64_t total = 0;
  std::int64_t removed = 0;
  do {
    removed = connections_.write([&](soci::session& session) {
      return Query(session, R"(
        DELETE FROM snapshots WHERE (execution_id, sequence) IN
          (SELECT execution_id, sequence FROM snapshots WHERE taken_at < :before ORDER BY taken_at LIMIT :piece))")
          .bind("before", before)
          .bind("piece", piece)
          .run();
    });
    total += removed;
  } while (removed == piece);
  return total;
}

}  // namespace hotswap::store
