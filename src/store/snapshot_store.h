#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.h"
#include "domain/snapshot.h"

namespace hotswap::store {

class Connections;

/// Performance snapshots of executions. Kept 30 days.
class SnapshotStore {
 public:
  explicit SnapshotStore(Connections& connections) : connections_(connections) {}

  void add(const ExecutionId& execution, const PerformanceSnapshot& snapshot);
  /// Oldest first; at most `limit` of the newest between `from` and `to`, both inclusive.
  [[nodiscard]] std::vector<PerformanceSnapshot> list(const ExecutionId& execution, std::optional<TimePoint> from,
                                                      std::optional<TimePoint> to,
                                                      const std::optional<std::string>& instance,
                                                      std::int64_t limit) const;
  /// Deletes those older than `before`; returns how many.
  std::int64_t removeOlderThan(TimePoint before);

 private:
  Connections& connections_;
};

}  // namespace hotswap::store
