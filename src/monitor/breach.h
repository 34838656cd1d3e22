#pragma once
#include <deque>
#include <optional>
#include <string>

#include "domain/execution.h"
#include "domain/snapshot.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// What made the watch give up on a change.
struct Breach {
  enum class Kind { AverageLatency, QueryLatency, LockWait, ReplicationLag, Cpu, InstanceUnreachable } kind;
  std::string message;  ///< one sentence with the value, the limit and the baseline
  double value = 0;
  double limit = 0;
  Seconds heldFor{0};   ///< from the first bad second to the decision
};

/// Decides whether an instance suffers. Pure: it sees samples in order and nothing else.
///
/// A breach counts when it holds for the whole detection window and rests on enough calls to mean something: a quiet
/// database is not a degraded one. Averages are taken over the mix of queries the baseline knew, so that a new cheap or
/// dear query shifts nothing; a single query is looked at where it carried at least `queryShare` of the load, before or now.
class BreachDetector {
 public:
  BreachDetector(Baseline baseline, WatchSettings settings);

  /// Takes the next sample; says what is wrong from the moment it has held long enough.
  std::optional<Breach> add(const Sample& sample);
  /// The instance could not be read for a whole second: what can't be seen counts as bad.
  std::optional<Breach> addUnreadable(std::chrono::steady_clock::time_point at, const std::string& why);

 private:
  Baseline baseline_;
  WatchSettings settings_;
  std::deque<Sample> recent_;
};

}  // namespace hotswap::monitor
