#include "db/postgres/postgres_row_changes.h"

#include "db/postgres/pinned_settings.h"

namespace hotswap::db::postgres {

namespace {

/// One row for each changed table and each table it is a part of. TRUNCATE isn't counted: a table is taken to be
/// emptied where this session holds the lock that it takes, the file is empty and the statistics from before know of
/// rows. Only such a table's size is asked for, because that waits for whoever has locked the table.
constexpr const char* rowChangesQuery = R"(
with recursive held as (
  select relation from pg_catalog.pg_locks
  where pid = pg_catalog.pg_backend_pid() and locktype = 'relation' and mode = 'AccessExclusiveLock' and granted
), counted as (
  select c.oid, n.nspname, c.relname,
    pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) as inserted,
    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) as updated,
    pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as deleted,
    case when c.oid in (select relation from held) and pg_catalog.pg_stat_get_live_tuples(c.oid) > 0
      then pg_catalog.pg_relation_size(c.oid) = 0 else false end as emptied
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
), changed as (
  select * from counted where inserted > 0 or updated > 0 or deleted > 0 or emptied
), above(oid, parent) as (
  select c.oid, i.inhparent from changed c join pg_catalog.pg_inherits i on i.inhrelid = c.oid
  union
  select a.oid, i.inhparent from above a join pg_catalog.pg_inherits i on i.inhrelid = a.parent
)
select c.nspname, c.relname, c.inserted, c.updated, c.deleted, c.emptied, pn.nspname, p.relname
from changed c left join above a on a.oid = c.oid
left join pg_catalog.pg_class p on p.oid = a.parent left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
order by c.nspname, c.relname, pn.nspname, p.relname)";

}  // namespace

std::vector<RowChanges> rowChangesOf(Session& session) {
  PinnedSettings pinned(session);
  const Rows rows = session.query(rowChangesQuery);
  pinned.release();
  std::vector<RowChanges> changes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool isNew =
        changes.empty() || changes.back().schema != rows.text(row, 0) || changes.back().name != rows.text(row, 1);
    if (isNew) {
      changes.push_back({.schema = rows.text(row, 0),
                         .name = rows.text(row, 1),
                         .inserted = rows.integer(row, 2),
                         .updated = rows.integer(row, 3),
                         .deleted = rows.integer(row, 4),
                         .emptied = rows.boolean(row, 5),
                         .partOf = {}});
    }
    if (rows.at(row, 6)) changes.back().partOf.emplace_back(rows.text(row, 6), rows.text(row, 7));
  }
  return changes;
}

}  // namespace hotswap::db::postgres
