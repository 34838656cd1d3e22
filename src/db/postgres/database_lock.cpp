#include "db/postgres/database_lock.h"

#include <fmt/format.h>

namespace hotswap::db::postgres {

namespace {

// `hots` and `wap1` as bytes: a pair that nobody else picks by chance.
constexpr int firstKey = 0x686f7473;
constexpr int secondKey = 0x77617031;

}  // namespace

std::optional<std::string> tryLock(Session& session) {
  // It is idle for as long as the execution lasts, which a limit of the role must not end.
  if (session.serverVersion() >= 140000) session.execute("set idle_session_timeout = 0");
  const std::string sql = fmt::format("select /* hotswap */ pg_try_advisory_lock({}, {})", firstKey, secondKey);
  if (session.query(sql).boolean(0, 0)) return std::nullopt;
  const Rows holders = session.query(fmt::format(
      "select /* hotswap */ coalesce(nullif(a.application_name, ''), 'pid ' || l.pid) from pg_locks l "
      "left join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.granted and l.classid = {} "
      "and l.objid = {} and l.objsubid = 2 "
      "and l.database = (select oid from pg_database where datname = current_database())",
      firstKey, secondKey));
  return holders.empty() ? "a session that has just ended" : holders.text(0, 0);
}

void unlock(Session& session) {
  session.query(fmt::format("select /* hotswap */ pg_advisory_unlock({}, {})", firstKey, secondKey));
}

}  // namespace hotswap::db::postgres
