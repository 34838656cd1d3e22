#pragma once
#include <string>
#include <vector>

/// The queries that make up a schema listing. Each returns rows of two texts, a key and a definition, and is written
/// for a session whose settings PinnedSettings has pinned: with a search path of pg_catalog alone every name of the
/// user's prints with its schema. They are fixed in number, whatever the size of the schema.
namespace hotswap::db::postgres {

/// Schemas, tables, columns, indexes, constraints, views, sequences.
std::vector<std::string> relationQueries(int serverVersion);
/// Triggers, rules, policies, statistics objects.
std::vector<std::string> tablePartQueries();
/// Functions, procedures, aggregates, types, casts, operators and their classes, collations, text search.
std::vector<std::string> routineQueries();
std::vector<std::string> typeQueries();
std::vector<std::string> operatorQueries();
std::vector<std::string> textSearchQueries();
/// Extensions, replication, foreign servers, what is set for the whole database.
std::vector<std::string> serverQueries(int serverVersion);
/// Comments, grants, default privileges, security labels.
std::vector<std::string> accessQueries();
/// What is changed about what the server and extensions have brought.
std::vector<std::string> memberQueries();
/// The roles that something in this database refers to, their memberships and settings.
std::vector<std::string> roleQueries();

/// The beginning of every listing query: `member` (what belongs to an extension and is left out), `schema_` (the user's
/// schemas: oid and quoted name), `history` (HotSwap's own tables, left out too: they change with every migration) and
/// `relation` (the user's relations).
inline constexpr const char* listingPrelude = R"(
with member as materialized (
  select classid, objid from pg_depend where deptype = 'e' and refclassid = 'pg_extension'::regclass),
schema_ as materialized (
  select oid, quote_ident(nspname) as name, nspowner, nspacl
  from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
history as materialized (
  select c.oid from pg_class c join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
  where c.relname in ('schema_version', 'schema_version_log') and c.relkind = 'r' and d.description like 'HotSwap:%'),
relation as materialized (
  select c.*, s.name || '.' || quote_ident(c.relname) as name
  from pg_class c join schema_ s on s.oid = c.relnamespace
  where not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
    and c.oid not in (select oid from history)
    and not (c.relkind = 'S' and exists (select from pg_depend d join history h on h.oid = d.refobjid
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'i')))
)";

}  // namespace hotswap::db::postgres
