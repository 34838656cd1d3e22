#include "db/postgres/database_lock.h"

#include <fmt/format.h>

namespace hotswap::db::postgres {

namespace {

// `hots` and `wap1` as bytes: a pair that nobody else picks by chance.
constexpr int firstKey = 0x686f7473;
constexpr int secondKey = 0x77617031;

}  // namespace

std::optional<LockHolder> tryLock(Session& session) {
  // It is idle for as long as the execution lasts, which a limit of the role must not end.
  if (session.serverVersion() >= 140000) session.execute("set idle_session_timeout = 0");
  const std::string sql = fmt::format("select /* hotswap */ pg_try_advisory_lock({}, {})", firstKey, secondKey);
  if (session.query(sql).boolean(0, 0)) return std::nullopt;
  const Rows holders = session.query(fmt::format(
      "select /* hotswap */ coalesce(nullif(a.application_name, ''), 'pid ' || l.pid), a.usename, "
      "coalesce(pg_catalog.host(a.client_addr), case when a.pid is not null then 'its own machine' end), "
      "(extract(epoch from a.backend_start) * 1000)::bigint from pg_locks l "
      "left join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.granted and l.classid = {} "
      "and l.objid = {} and l.objsubid = 2 "
      "and l.database = (select oid from pg_database where datname = current_database())",
      firstKey, secondKey));
  if (holders.empty())
    return LockHolder{.application = "a session that has just ended", .user = {}, .from = {}, .since = {}};
  LockHolder holder{
      .application = holders.text(0, 0), .user = holders.text(0, 1), .from = holders.text(0, 2), .since = {}};
  if (holders.at(0, 3)) holder.since = TimePoint(Milliseconds(holders.integer(0, 3)));
  return holder;
}

void unlock(Session& session) {
  session.query(fmt::format("select /* hotswap */ pg_advisory_unlock({}, {})", firstKey, secondKey));
}

}  // namespace hotswap::db::postgres
