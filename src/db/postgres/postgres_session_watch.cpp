#include "db/postgres/postgres_session_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "base/text.h"

namespace hotswap::db::postgres {

namespace {

constexpr std::size_t statementLength = 200;
constexpr Milliseconds pollPause{20};

/// When a session's wait began. pg_locks knows from version 14 on (and not in the first moments of a wait); before, the
/// statement's start has to do.
std::string waitStart(const Session& session) {
  return session.serverVersion() >= 140000
             ? "(select min(l.waitstart) from pg_locks l where not l.granted and l.pid = a.pid)"
             : "(case when a.wait_event_type = 'Lock' then a.query_start end)";
}

/// Columns of a BlockedSession, over pg_stat_activity as `a`.
std::string blockedColumns(const Session& session) {
  return fmt::format(
      "a.pid, coalesce(greatest(extract(epoch from clock_timestamp() - {}) * 1000, 0), 0)::float8 as waited, "
      "coalesce(a.query, ''), coalesce(a.application_name, '')",
      waitStart(session));
}

std::vector<BlockedSession> toBlockedSessions(const Rows& rows) {
  std::vector<BlockedSession> sessions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    sessions.push_back({.backendId = rows.integer(row, 0),
                        .waitedMs = rows.number(row, 1),
                        .statement = oneLine(rows.text(row, 2), statementLength),
                        .application = rows.text(row, 3)});
  }
  return sessions;
}

/// One view of pg_stat_progress_*: what its row says of the present phase.
struct ProgressView {
  int sinceVersion;
  const char* select;  ///< activity, percent (NULL where it can't be told)
};

constexpr std::array progressViews{
    ProgressView{
        120000,
        "select phase, case when phase like 'waiting for%' then 100.0 * lockers_done / nullif(lockers_total, 0) "
        "when blocks_total > 0 then 100.0 * blocks_done / blocks_total "
        "when tuples_total > 0 then 100.0 * tuples_done / tuples_total end "
        "from pg_stat_progress_create_index where pid = $1::int"},
    ProgressView{120000,
                 "select 'vacuum: ' || phase, case phase when 'scanning heap' then 100.0 * heap_blks_scanned / "
                 "nullif(heap_blks_total, 0) "
                 "when 'vacuuming heap' then 100.0 * heap_blks_vacuumed / nullif(heap_blks_total, 0) end "
                 "from pg_stat_progress_vacuum where pid = $1::int"},
    ProgressView{120000,
                 "select 'rewriting table: ' || phase, case phase when 'seq scanning heap' then "
                 "100.0 * heap_blks_scanned / nullif(heap_blks_total, 0) end "
                 "from pg_stat_progress_cluster where pid = $1::int"},
    ProgressView{130000,
                 "select 'analyze: ' || phase, case when phase like 'acquiring%' then "
                 "100.0 * sample_blks_scanned / nullif(sample_blks_total, 0) end "
                 "from pg_stat_progress_analyze where pid = $1::int"},
    ProgressView{140000,
                 "select 'copy: ' || tuples_processed || ' rows', 100.0 * bytes_processed / nullif(bytes_total, 0) "
                 "from pg_stat_progress_copy where pid = $1::int"},
};

}  // namespace

std::vector<BlockedSession> PostgresSessionWatch::blockedBy(Session& session, std::int64_t backendId) const {
  // pg_blocking_pids names who holds the lock and who stands before in its queue, so that a session behind a waiting
  // ALTER TABLE is found too. It is asked once for each session that waits. pg_stat_activity hides from roles without
  // pg_read_all_stats whether others wait; pg_locks tells everybody, and is touched for them alone.
  const std::array<Value, 1> parameters{std::to_string(backendId)};
  return toBlockedSessions(session.query(
      fmt::format(
          "with recursive /* hotswap */ waiting as materialized ("
          "select pid, pg_blocking_pids(pid) as blockers from ("
          "select pid from pg_stat_activity where wait_event_type = 'Lock' union "
          "select pid from pg_locks where not granted and exists "
          "(select from pg_stat_activity where query = '<insufficient privilege>')) sessions), "
          "behind(pid) as (select pid from waiting where $1::int = any(blockers) "
          "union select w.pid from waiting w join behind b on b.pid = any(w.blockers)) "
          "select {} from pg_stat_activity a join behind using (pid) where a.pid <> $1::int order by waited desc, "
          "a.pid",
          blockedColumns(session)),
      parameters));
}

bool PostgresSessionWatch::seesAll(Session& session) const {
  return session.query("select /* hotswap */ pg_has_role(current_user, 'pg_read_all_stats', 'usage')").boolean(0, 0);
}

std::vector<BlockedSession> PostgresSessionWatch::blockersOf(Session& session, std::int64_t backendId) const {
  const std::array<Value, 1> parameters{std::to_string(backendId)};
  return toBlockedSessions(session.query(
      fmt::format("select /* hotswap */ {} from pg_stat_activity a "
                  "where a.pid in (select unnest(pg_blocking_pids($1::int))) "
                  "union all select 0, 0, 'a prepared transaction', '' where 0 = any(pg_blocking_pids($1::int)) "
                  "order by waited desc, 1",
                  blockedColumns(session)),
      parameters));
}

std::vector<LongTransaction> PostgresSessionWatch::longTransactions(Session& session, Seconds age) const {
  // A build waits for whoever has written, or may write, to the table and for every snapshot older than its own, both
  // in its database only. A transaction without snapshot and id may still hold a writer's lock (an UPDATE that found no
  // row).
  const std::array<Value, 1> parameters{fmt::format("{:.3f}", age.count())};
  const Rows rows = session.query(
      "with /* hotswap */ database as (select oid from pg_database where datname = current_database()), "
      "writers as materialized (select distinct l.pid from pg_locks l join database d on l.database = d.oid "
      "where l.granted and l.locktype = 'relation' and l.mode in ('RowExclusiveLock', 'ShareUpdateExclusiveLock', "
      "'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) "
      "select a.pid, extract(epoch from clock_timestamp() - a.xact_start)::float8 as age, "
      "coalesce(a.application_name, ''), coalesce(a.query, '') "
      "from pg_stat_activity a join database d on a.datid = d.oid "
      "where a.pid <> pg_backend_pid() and a.backend_type in ('client backend', 'background worker') "
      "and a.xact_start <= clock_timestamp() - make_interval(secs => $1::float8) "
      "and (a.backend_xmin is not null or a.backend_xid is not null or a.pid in (select pid from writers)) "
      "union all select 0, extract(epoch from clock_timestamp() - prepared)::float8, '', 'prepared transaction ' || "
      "gid "
      "from pg_prepared_xacts where database = current_database() "
      "and prepared <= clock_timestamp() - make_interval(secs => $1::float8) order by age desc",
      parameters);
  std::vector<LongTransaction> transactions;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    transactions.push_back({.backendId = rows.integer(row, 0),
                            .ageSeconds = rows.number(row, 1),
                            .application = rows.text(row, 2),
                            .statement = oneLine(rows.text(row, 3), statementLength)});
  }
  return transactions;
}

std::optional<StatementProgress> PostgresSessionWatch::progressOf(Session& session, std::int64_t backendId) const {
  std::string sql = "select /* hotswap */ activity, percent::float8 from (";
  const char* separator = "";
  for (const ProgressView& view : progressViews) {
    if (session.serverVersion() < view.sinceVersion) continue;
    sql += separator;
    sql += view.select;
    separator = " union all ";
  }
  const std::array<Value, 1> parameters{std::to_string(backendId)};
  const Rows rows = session.query(sql + ") progress (activity, percent) limit 1", parameters);
  if (rows.empty()) return std::nullopt;
  StatementProgress progress{.activity = rows.text(0, 0), .percent = rows.maybeNumber(0, 1)};
  // The totals are estimates made at the start; a growing table passes them.
  if (progress.percent) progress.percent = std::clamp(*progress.percent, 0.0, 100.0);
  return progress;
}

int PostgresSessionWatch::endSessions(Session& session, std::string_view applicationName, Milliseconds patience) const {
  constexpr const char* theirs =
      "where application_name = $1 and pid <> pg_backend_pid() and backend_type in ('client backend', 'walsender')";
  const std::array<Value, 1> parameters{std::string(applicationName)};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  int ended = -1;
  while (true) {
    // Asked again each time: a session that was just starting up may have missed the first request.
    const Rows rows = session.query(
        fmt::format("select /* hotswap */ count(pg_terminate_backend(pid)) from pg_stat_activity {}", theirs),
        parameters);
    const std::int64_t left = rows.integer(0, 0);
    if (ended < 0) ended = static_cast<int>(left);
    if (left == 0) return ended;
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(ErrorCode::Unavailable,
                  fmt::format("{} session(s) with the application name \"{}\" did not end within {} ms.", left,
                              applicationName, patience.count()),
                  {}, {.retryable = true});
    }
    std::this_thread::sleep_for(pollPause);
  }
}

}  // namespace hotswap::db::postgres
