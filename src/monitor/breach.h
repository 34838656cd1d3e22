#pragma once
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "domain/execution.h"
#include "domain/snapshot.h"
#include "monitor/latency_watch.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// What made the watch give up on a change.
struct Breach {
  enum class Kind { AverageLatency, QueryLatency, LockWait, ReplicationLag, Cpu, InstanceUnreachable } kind;
  std::string message;  ///< one sentence with the value, the limit and the baseline
  double value = 0;     ///< ms for latencies and lock waits, seconds for lag and unreachability, percent for CPU
  double limit = 0;     ///< likewise
  Seconds heldFor{0};   ///< from the first bad second to the decision
  std::string queryId;  ///< of QueryLatency, the engine's id of the query
};

/// Decides whether an instance suffers. Pure: it sees samples in order and nothing else.
///
/// - Latency: all queries of the baseline together, and each that had at least ten calls in it and carries at least
///   `queryShare` of the execution time, before or now. When it counts as worse stands at LatencyWatch. Queries that
///   the baseline didn't know are not judged. Where the probe, which no change of a schema touches, has become slower
///   too, the limit gives way by as much, up to 40 %: the whole machine is slower then.
///   What waited behind a lock of HotSwap's own is not slow by the change's doing: such seconds are not judged. The run
///   bounds those waits itself.
/// - Lock wait: an application session has waited longer than `lockWait`, at two readings in a row. The wait itself is
///   what has to have lasted for the window, so it is not waited for once more. What the application inflicts upon
///   itself is not held against the change: where longer waits were seen in the baseline, half as long again is the
///   limit.
/// - CPU: the mean over the window has been above `cpuPercent` for `cpuPatience` without a break; not where it was
///   above it in the baseline already.
/// - Replication lag: once above `lag`, it has not come back under `lagRecovered` for `lagPatience`.
/// - Reachability: no reading has succeeded for the window.
///
/// What can't be read (an absent value) neither raises nor clears; that nothing at all can be read is bad.
class BreachDetector {
 public:
  BreachDetector(Baseline baseline, WatchSettings settings);

  /// Takes the next sample; says what is wrong from the moment it has held long enough. The gravest comes first.
  std::optional<Breach> add(const Sample& sample);
  /// The instance could not be read for a whole second: what can't be seen counts as bad.
  std::optional<Breach> addUnreadable(std::chrono::steady_clock::time_point at, const std::string& why);
  /// Whether the followers are behind and have not caught up yet, as of the newest sample.
  [[nodiscard]] bool lagging() const { return laggingSince_.has_value(); }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct SingleQuery {
    std::string id;
    double shareBefore;
    LatencyWatch watch;
  };

  std::optional<Breach> checkLatency(const Sample& sample);
  std::optional<Breach> checkLockWait(const Sample& sample);
  std::optional<Breach> checkCpu(const Sample& sample);
  std::optional<Breach> checkLag(const Sample& sample);
  [[nodiscard]] LatencyWatch::Surroundings surroundingsOf(const Sample& sample) const;

  Baseline baseline_;
  WatchSettings settings_;
  LatencyWatch average_;
  std::vector<SingleQuery> singles_;
  std::deque<Sample> recent_;  ///< of the last window; without their queries
  std::optional<double> lockWaitBefore_;
  std::optional<Moment> cpuHighSince_;
  std::optional<Moment> laggingSince_;
  std::optional<Moment> readAt_;
  std::optional<Moment> unreadableSince_;
};

}  // namespace hotswap::monitor
