#include "db/postgres/postgres_row_changes.h"

#include <array>
#include <string>

#include "db/postgres/pinned_settings.h"

namespace hotswap::db::postgres {

namespace {

/// One row for each changed table and each table it is a part of.
constexpr const char* rowChangesQuery = R"(
with recursive counted as (
  select c.oid, n.nspname, c.relname,
    pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) as inserted,
    pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) as updated,
    pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) as deleted
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
), changed as (
  select * from counted where inserted > 0 or updated > 0 or deleted > 0
), above(oid, parent) as (
  select c.oid, i.inhparent from changed c join pg_catalog.pg_inherits i on i.inhrelid = c.oid
  union
  select a.oid, i.inhparent from above a join pg_catalog.pg_inherits i on i.inhrelid = a.parent
)
select c.nspname, c.relname, c.inserted, c.updated, c.deleted, pn.nspname, p.relname
from changed c left join above a on a.oid = c.oid
left join pg_catalog.pg_class p on p.oid = a.parent left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
order by c.nspname, c.relname, pn.nspname, p.relname)";

/// The tables that are emptied for referring to those of $1, which their partitions and heirs are emptied with; for
/// each whether its file holds anything where its rows may not be read.
constexpr const char* dependentsQuery = R"(
with recursive named(oid) as (
  select pg_catalog.unnest($1::oid[])
  union
  select i.inhrelid from named n join pg_catalog.pg_inherits i on i.inhparent = n.oid
), emptied(oid) as (
  select oid from named
  union
  select k.conrelid from emptied e join pg_catalog.pg_constraint k on k.confrelid = e.oid and k.contype = 'f'
)
select n.nspname, c.relname,
  case when not pg_catalog.has_table_privilege(c.oid, 'SELECT') or pg_catalog.row_security_active(c.oid)
    then pg_catalog.pg_relation_size(c.oid) > 0 end
from emptied e join pg_catalog.pg_class c on c.oid = e.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.oid not in (select oid from named)
order by n.nspname, c.relname)";

/// The tables of a TRUNCATE as the session finds them, as PostgreSQL writes an array.
std::string namedBy(Session& session, const Statement& statement) {
  std::string ids;
  for (const ObjectReference& table : statement.needs) {
    const std::string name = quoteIdentifier(table.name);
    const std::array<Value, 1> parameters{table.schema.empty() ? name : quoteIdentifier(table.schema) + "." + name};
    const Rows rows = session.query("select pg_catalog.to_regclass($1)::oid::text", parameters);
    if (rows.at(0, 0)) ids += (ids.empty() ? "" : ",") + rows.text(0, 0);
  }
  return "{" + ids + "}";
}

}  // namespace

std::vector<std::string> tablesEmptiedBesides(Session& session, const Statement& statement) {
  const bool cascades = statement.kind == "TRUNCATE TABLE" && statement.opaque;
  if (!cascades) return {};
  const std::array<Value, 1> named{namedBy(session, statement)};
  const Rows dependents = session.query(dependentsQuery, named);
  std::vector<std::string> emptied;
  for (std::size_t row = 0; row < dependents.size(); ++row) {
    const std::string table = quoteIdentifier(dependents.text(row, 0)) + "." + quoteIdentifier(dependents.text(row, 1));
    const bool readable = !dependents.at(row, 2);
    const bool filled = readable ? session.query("select exists (select from only " + table + ")").boolean(0, 0)
                                 : dependents.boolean(row, 2);
    if (filled) emptied.push_back(dependents.text(row, 0) + "." + dependents.text(row, 1));
  }
  return emptied;
}

std::vector<RowChanges> rowChangesOf(Session& session) {
  PinnedSettings pinned(session);
  const Rows rows = pinned.read(rowChangesQuery);
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
                         .partOf = {}});
    }
    if (rows.at(row, 5)) changes.back().partOf.emplace_back(rows.text(row, 5), rows.text(row, 6));
  }
  return changes;
}

}  // namespace hotswap::db::postgres
