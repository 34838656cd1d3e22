#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/engine.h"
#include "db/vitals.h"
#include "domain/connection_string.h"

namespace hotswap::monitor {

/// An instance and how to reach it.
struct WatchedInstance {
  std::string instance;                ///< `primary` or a replica's id
  const db::Engine* engine = nullptr;  ///< must outlive whoever watches
  ConnectionString connection;
  std::string applicationName;  ///< e.g. `hotswap/monitor`
};

/// What came of one attempt to read an instance.
struct ReaderEvent {
  bool readable = false;
  std::string error;                         ///< why not
  std::chrono::steady_clock::time_point at;  ///< when the attempt ended
  TimePoint timestamp;                       ///< likewise
  db::VitalsReading reading;                 ///< when readable
  bool firstOfSession = false;               ///< counters can't be compared with the event before
  std::vector<double> probeMs;               ///< round trips since the event before, ms
};

/// Reads one instance every second, aligned to the clock, and probes it ten times a second in between, over one session
/// that it opens again whenever it is lost.
///
/// It has a thread of its own because a statement can hang for longer than anybody may wait for it (a stopped server
/// answers to nothing, not even to a cancel request): then the thread is left behind and ends with its connection,
/// touching nothing but its session any more. Whoever reads `next` notices the silence.
class InstanceReader {
 public:
  /// Starts reading at once. `clock` must outlive it.
  InstanceReader(WatchedInstance target, Clock& clock);
  InstanceReader(const InstanceReader&) = delete;
  InstanceReader& operator=(const InstanceReader&) = delete;
  /// Waits up to a second for the thread to end, then leaves it behind.
  ~InstanceReader();

  /// The next event, as soon as there is one; nothing when `patience` has passed or `stop` is requested.
  std::optional<ReaderEvent> next(Milliseconds patience, const std::stop_token& stop);

 private:
  struct Mailbox;
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace hotswap::monitor
