#pragma once
#include "db/vitals.h"

namespace hotswap::db::postgres {

/// Looks at PostgreSQL sessions (12 and later) through pg_stat_activity, pg_locks, pg_blocking_pids and
/// pg_stat_progress_*. Holds nothing and is safe from any thread, with a session a thread.
/// Each look is one statement of about a millisecond; it takes the lock manager's partitions in shared mode only while
/// somebody waits for a lock at all. What blocks without being a session (a prepared transaction) has backendId 0.
class PostgresSessionWatch final : public SessionWatch {
 public:
  PostgresSessionWatch() = default;

  std::vector<BlockedSession> blockedBy(Session& session, std::int64_t backendId) const override;
  bool seesAll(Session& session) const override;
  std::vector<BlockedSession> blockersOf(Session& session, std::int64_t backendId) const override;
  std::vector<LongTransaction> longTransactions(Session& session, Seconds age) const override;
  std::optional<StatementProgress> progressOf(Session& session, std::int64_t backendId) const override;
  int endSessions(Session& session, std::string_view applicationName, Milliseconds patience) const override;
};

}  // namespace hotswap::db::postgres
