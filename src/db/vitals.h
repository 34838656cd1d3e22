#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/session.h"

namespace hotswap::db {

/// Counters of one query since the server began to count.
struct QueryCounters {
  std::int64_t calls = 0;  ///< finished ones
  double totalMs = 0;      ///< their execution time
  double sumSquares = 0;   ///< of the single calls' execution times, in ms²: tells how much they scatter
};

/// A statement of the application that the server is working on right now (not one that waits for its client).
struct RunningQuery {
  std::string queryId;  ///< empty where the server gives none
  double elapsedMs = 0;
  bool waitingForLock = false;
};

/// Everything the monitor reads of an instance at one moment. Counters grow; the monitor takes their differences.
/// What the engine can't tell is absent. HotSwap's own sessions and statements are left out everywhere.
struct VitalsReading {
  std::chrono::steady_clock::time_point at;
  bool hasQueryCounters = false;                 ///< pg_stat_statements can be read
  std::map<std::string, QueryCounters> queries;  ///< by query id; empty without query counters
  std::vector<RunningQuery> running;
  std::set<std::string> ownQueryIds;        ///< what HotSwap itself is running: not the application's load
  std::optional<double> activeConnections;  ///< of the application, running a statement at this moment
  std::optional<double> meanActive;         ///< the same as a mean since the last reading; only without query counters
  std::int64_t activeLooks = 0;             ///< over how many looks that mean was taken
  std::optional<double> longestLockWaitMs;  ///< of the application's sessions; 0: nobody waits; advisory locks aside
  std::optional<std::int64_t> deadlocks;    ///< counter
  std::optional<std::int64_t> sequentialScans;  ///< counter, of the application's tables
  std::optional<std::int64_t> diskOperations;   ///< counter: blocks the instance read from and wrote to its files
  std::optional<std::int64_t> transactions;     ///< counter: commits and rollbacks, without this session's own
  std::optional<double> replicationLagSeconds;  ///< of the slowest follower (primary) or of itself (standby)
  std::optional<double> cpuBusySeconds;         ///< counter over all cores of the host, where it can be read
  std::optional<double> cpuTotalSeconds;        ///< counter, likewise
};

enum class InstanceRole { Primary, Standby };

/// The vital signs of one instance. Made for one session and used by its thread alone.
class Vitals {
 public:
  Vitals() = default;
  Vitals(const Vitals&) = delete;
  Vitals& operator=(const Vitals&) = delete;
  virtual ~Vitals() = default;

  /// A few cheap statements; throws SqlError.
  virtual VitalsReading read() = 0;
  /// The round trip of the lightest query there is.
  virtual std::chrono::duration<double, std::milli> probe() = 0;
  virtual InstanceRole role() = 0;
  /// Seconds the slowest follower (primary) or this instance itself (standby) is behind; nothing where nobody follows.
  virtual std::optional<double> replicationLag() = 0;
  /// The text of a query by its id, with its constants left out; empty where the server doesn't know it.
  virtual std::string queryText(const std::string& /*queryId*/) { return {}; }
};

/// A session that waits for a lock that another holds or waits for before it.
struct BlockedSession {
  std::int64_t backendId = 0;
  double waitedMs = 0;
  std::string statement;  ///< first 200 characters, one line
  std::string application;
};

/// A session with an old snapshot, in the way of a concurrent build.
struct LongTransaction {
  std::int64_t backendId = 0;
  double ageSeconds = 0;
  std::string application;
  std::string statement;  ///< as above
};

/// Progress of a long statement, from the server's own counters.
struct StatementProgress {
  std::string activity;           ///< e.g. `building index: scanning table`
  std::optional<double> percent;  ///< 0 to 100 of this phase
};

/// Looks at one session from the outside, over another session.
class SessionWatch {
 public:
  SessionWatch() = default;
  SessionWatch(const SessionWatch&) = delete;
  SessionWatch& operator=(const SessionWatch&) = delete;
  virtual ~SessionWatch() = default;

  /// Whether the role of `session` may see what the sessions of other roles run. Where not, their statements are
  /// unknown in what the other functions return.
  virtual bool seesAll(Session& session) const = 0;
  /// Who waits behind `backendId`, directly or through others that wait, longest first.
  virtual std::vector<BlockedSession> blockedBy(Session& session, std::int64_t backendId) const = 0;
  /// Whom `backendId` waits for.
  virtual std::vector<BlockedSession> blockersOf(Session& session, std::int64_t backendId) const = 0;
  /// Transactions older than `age` that a concurrent build would have to wait for, oldest first.
  virtual std::vector<LongTransaction> longTransactions(Session& session, Seconds age) const = 0;
  virtual std::optional<StatementProgress> progressOf(Session& session, std::int64_t backendId) const = 0;
  /// Ends every session whose application name is `applicationName`, other than `session` itself, and returns once they
  /// are gone (or throws Error after `patience`). Returns how many there were.
  virtual int endSessions(Session& session, std::string_view applicationName, Milliseconds patience) const = 0;
};

}  // namespace hotswap::db
