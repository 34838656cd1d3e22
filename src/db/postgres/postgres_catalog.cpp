#include "db/postgres/postgres_catalog.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "db/postgres/array_text.h"
#include "db/postgres/dump/schema_dump.h"
#include "db/postgres/pinned_settings.h"
#include "db/postgres/postgres_listing.h"
#include "db/postgres/postgres_row_changes.h"

namespace hotswap::db::postgres {

namespace {

/// Runs listing queries and gathers their rows. Two objects of one key (none are known) keep both definitions.
void gather(PinnedSettings& pinned, const std::vector<std::string>& queries, SchemaListing& listing) {
  for (const std::string& query : queries) {
    const Rows rows = pinned.read(listingPrelude + query);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      // What was dropped by somebody else in this very moment has no definition any more.
      if (!rows.at(row, 0) || !rows.at(row, 1)) continue;
      const auto [place, isNew] = listing.definitions.emplace(rows.text(row, 0), rows.text(row, 1));
      if (isNew) continue;
      std::array<std::string, 2> both{place->second, rows.text(row, 1)};
      std::ranges::sort(both);
      place->second = both[0] + " | " + both[1];
    }
  }
}

constexpr const char* userRelations = R"(
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema')";

constexpr const char* tablesQuery = R"(
select c.oid, n.nspname, c.relname,
  case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view' when 'm' then 'materialized view'
    when 'f' then 'foreign table' else 'sequence' end,
  greatest(c.reltuples, 0)::bigint,
  case when c.relkind in ('r', 'm', 'S') then pg_catalog.pg_total_relation_size(c.oid) else 0 end)";

constexpr const char* columnsQuery = R"(
select a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and a.attnum > 0 and not a.attisdropped
order by n.nspname, c.relname, a.attnum)";

constexpr const char* indexesQuery = R"(
select n.nspname, c.relname, t.relname, i.indisunique, i.indisprimary, i.indisvalid,
  case when c.relkind = 'i' then pg_catalog.pg_relation_size(c.oid) else 0 end,
  pg_catalog.pg_get_indexdef(c.oid), pg_catalog.pg_get_indexdef(c.oid, k, false), k
from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace, pg_catalog.generate_series(1, i.indnkeyatts) k
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and ($1::text[] is null or t.relname::text = any($1))
order by n.nspname, c.relname, k)";

constexpr const char* constraintsQuery = R"(
select n.nspname, c.relname, k.conname,
  case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key' when 'c' then 'check' else 'exclusion' end,
  k.convalidated, pg_catalog.pg_get_constraintdef(k.oid)
from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and k.contype in ('p', 'u', 'f', 'c', 'x')
order by n.nspname, c.relname, k.conname)";

/// A row for each check constraint, one without where there is none. The bound is known until the detach has ended.
constexpr const char* partitionQuery = R"(
select n.nspname, c.relname, pn.nspname, p.relname, pg_catalog.pg_get_expr(c.relpartbound, c.oid),
  coalesce((pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::boolean, false), k.conname
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_inherits i on i.inhrelid = c.oid
join pg_catalog.pg_class p on p.oid = i.inhparent join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
left join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype = 'c'
where c.oid = pg_catalog.to_regclass($1) and c.relispartition and c.relkind in ('r', 'p', 'f')
order by k.conname)";

std::string quoted(const std::string& schema, const std::string& name) {
  return schema.empty() ? quoteIdentifier(name) : quoteIdentifier(schema) + "." + quoteIdentifier(name);
}

/// The question that finds an object of a kind, with $1 its quoted name (or its table's), $2 its schema, $3 its name.
/// All three are typed in each, because the server refuses parameters it can't find a type for.
const char* questionFor(const ObjectReference& object) {
  using Kind = ObjectReference::Kind;
  constexpr const char* relation =
      "select pg_catalog.to_regclass($1) is not null and $2::text is not null and $3::text is not null";
  switch (object.kind) {
    case Kind::Index:
      if (object.table.empty()) return relation;
      return "select exists (select from pg_catalog.pg_class t join pg_catalog.pg_class i on i.relnamespace = "
             "t.relnamespace "
             "where t.oid = pg_catalog.to_regclass($1) and i.relname = $3 and $2::text is not null)";
    case Kind::Column:
      return "select exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass($1) and "
             "attname = $3 "
             "and not attisdropped and $2::text is not null)";
    case Kind::Constraint:
      return "select exists (select from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1) and "
             "conname = $3 "
             "and $2::text is not null)";
    case Kind::Trigger:
      return "select exists (select from pg_catalog.pg_trigger where tgrelid = pg_catalog.to_regclass($1) and tgname = "
             "$3 "
             "and not tgisinternal and $2::text is not null)";
    case Kind::Function:
      return "select exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace "
             "where p.proname = $3 and (n.nspname = $2 or ($2 = '' and pg_catalog.pg_function_is_visible(p.oid))) and "
             "$1::text is not null)";
    case Kind::Type:
      return "select exists (select from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace "
             "where t.typname = $3 and (n.nspname = $2 or ($2 = '' and pg_catalog.pg_type_is_visible(t.oid))) and "
             "$1::text is not null)";
    case Kind::Schema:
      return "select exists (select from pg_catalog.pg_namespace where nspname = $3 and $1::text is not null and "
             "$2::text is not null)";
    default: return relation;
  }
}

/// The rows of one query, under pinned settings.
Rows readPinned(Session& session, const char* sql, std::span<const Value> parameters = {}) {
  PinnedSettings pinned(session);
  Rows rows = pinned.read(sql, parameters);
  pinned.release();
  return rows;
}

}  // namespace

SchemaListing PostgresCatalog::listing(Session& session) const {
  PinnedSettings pinned(session);
  SchemaListing listing;
  const int version = session.serverVersion();
  for (const auto& queries :
       {relationQueries(version), tablePartQueries(), routineQueries(), typeQueries(), operatorQueries(),
        textSearchQueries(), serverQueries(version), accessQueries(), memberQueries(), roleQueries()}) {
    gather(pinned, queries, listing);
  }
  pinned.release();
  return listing;
}

std::string PostgresCatalog::dump(Session& session) const { return dumpSchema(session); }

std::vector<Table> PostgresCatalog::tables(Session& session) const {
  PinnedSettings pinned(session);
  const Rows rows = pinned.read(std::string(tablesQuery) + userRelations +
                                " and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') order by n.nspname, c.relname");
  const Rows columns = pinned.read(columnsQuery);
  pinned.release();
  std::map<std::string, std::vector<Column>> byTable;
  for (std::size_t row = 0; row < columns.size(); ++row) {
    byTable[columns.text(row, 0)].push_back(
        {columns.text(row, 1), columns.text(row, 2), columns.boolean(row, 3), columns.at(row, 4)});
  }
  std::vector<Table> tables;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Value& bytes = rows.at(row, 5);
    tables.push_back({rows.text(row, 1), rows.text(row, 2), rows.text(row, 3), std::move(byTable[rows.text(row, 0)]),
                      rows.integer(row, 4), bytes ? rows.integer(row, 5) : 0});
  }
  return tables;
}

namespace {

std::vector<Index> readIndexes(Session& session, const Value& tables) {
  const Rows rows = readPinned(session, indexesQuery, std::array{tables});
  std::vector<Index> indexes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.integer(row, 9) == 1) {
      indexes.push_back({rows.text(row, 0),
                         rows.text(row, 1),
                         rows.text(row, 2),
                         {},
                         rows.boolean(row, 3),
                         rows.boolean(row, 4),
                         rows.boolean(row, 5),
                         rows.at(row, 6) ? rows.integer(row, 6) : 0,
                         rows.text(row, 7)});
    }
    indexes.back().columns.push_back(rows.text(row, 8));
  }
  return indexes;
}

}  // namespace

std::vector<Index> PostgresCatalog::indexes(Session& session) const { return readIndexes(session, {}); }

std::vector<Index> PostgresCatalog::indexesOf(Session& session, const std::vector<std::string>& tables) const {
  return readIndexes(session, arrayText(tables));
}

std::vector<Index> PostgresCatalog::hiddenInvalidIndexes(Session& session) const {
  const Rows rows = session.query(
      "select c.relname, t.relname from pg_catalog.pg_index i "
      "join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_class t on t.oid = i.indrelid "
      "where not i.indisvalid and c.relnamespace = 'pg_toast'::regnamespace order by 1");
  std::vector<Index> indexes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Index index;
    index.schema = "pg_toast";
    index.name = rows.text(row, 0);
    index.table = rows.text(row, 1);
    index.valid = false;
    indexes.push_back(std::move(index));
  }
  return indexes;
}

std::vector<Constraint> PostgresCatalog::constraints(Session& session) const {
  const Rows rows = readPinned(session, constraintsQuery);
  std::vector<Constraint> constraints;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    constraints.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
                           rows.boolean(row, 4), rows.text(row, 5)});
  }
  return constraints;
}

std::optional<Partition> PostgresCatalog::partition(Session& session, const std::string& schema,
                                                    const std::string& name) const {
  const std::string place = schema.empty() ? schemaOf(session, name) : schema;
  if (place.empty()) return std::nullopt;
  // The bound is printed under pinned settings, where nothing is found by the session's search path.
  const std::array<Value, 1> parameters{quoted(place, name)};
  const Rows rows = readPinned(session, partitionQuery, parameters);
  if (rows.empty()) return std::nullopt;
  Partition found{.schema = rows.text(0, 0),
                  .name = rows.text(0, 1),
                  .parentSchema = rows.text(0, 2),
                  .parent = rows.text(0, 3),
                  .bound = rows.text(0, 4),
                  .detaching = rows.boolean(0, 5),
                  .checks = {}};
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.at(row, 6)) found.checks.push_back(rows.text(row, 6));
  }
  return found;
}

std::string PostgresCatalog::schemaOf(Session& session, const std::string& relation) const {
  const std::array<Value, 1> parameters{quoteIdentifier(relation)};
  const Rows rows = session.query(
      "select n.nspname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
      "where c.oid = pg_catalog.to_regclass($1)",
      parameters);
  return rows.empty() ? std::string{} : rows.text(0, 0);
}

std::optional<bool> PostgresCatalog::exists(Session& session, const ObjectReference& object) const {
  if (object.kind == ObjectReference::Kind::Other) return std::nullopt;
  const std::string& relation = object.table.empty() ? object.name : object.table;
  const std::array<Value, 3> parameters{quoted(object.schema, relation), object.schema, object.name};
  return session.query(questionFor(object), parameters).boolean(0, 0);
}

std::vector<RowChanges> PostgresCatalog::rowChanges(Session& session) const { return rowChangesOf(session); }

std::vector<std::string> PostgresCatalog::emptiedBesides(Session& session, const Statement& statement) const {
  return tablesEmptiedBesides(session, statement);
}

std::string PostgresCatalog::defaultSchema(Session& session) const {
  return session.query("select pg_catalog.current_schema()").text(0, 0);
}

}  // namespace hotswap::db::postgres
