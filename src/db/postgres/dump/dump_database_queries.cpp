#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// {0}: list of columns and condition of a table, {1}: published schemas; both came with PostgreSQL 15. A table that
/// others inherit from is named alone, because each of its heirs has a line of its own.
constexpr const char* publications = R"(
select 'pg_publication'::regclass::oid, p.oid, 'publication', quote_ident(p.pubname), '0',
  'CREATE PUBLICATION ' || quote_ident(p.pubname) || case when p.puballtables then ' FOR ALL TABLES' else '' end
  || coalesce(E' FOR\n    ' || (
       select string_agg(item, E',\n    ' order by item) from (
         select 'TABLE ' || case when r.relkind = 'r' and r.relhassubclass then 'ONLY ' else '' end || r.name {0} as item
         from pg_publication_rel x join relation r on r.oid = x.prrelid where x.prpubid = p.oid
         {1}) item), '')
  || E'\n    WITH (publish = ' || quote_literal(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
       case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end))
  || case when (to_jsonb(p) ->> 'pubviaroot')::boolean then ', publish_via_partition_root = true' else '' end || ');'
from pg_publication p
where not exists (select from member m where m.classid = 'pg_publication'::regclass and m.objid = p.oid))";

constexpr const char* publishedColumns = R"(
           || coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                                where a.attrelid = x.prrelid and a.attnum = any (x.prattrs::smallint[])) || ')', '')
           || coalesce(' WHERE (' || pg_get_expr(x.prqual, x.prrelid) || ')', ''))";

constexpr const char* publishedSchemas = R"(
         union all
         select 'TABLES IN SCHEMA ' || quote_ident(n.nspname)
         from pg_publication_namespace x join pg_namespace n on n.oid = x.pnnspid where x.pnpubid = p.oid)";

constexpr const char* subscriptions = R"(
select 0, s.oid, 'publication', quote_ident(s.subname), '0',
  '-- not included: subscription ' || quote_ident(s.subname) || ', whose connection may hold a password'
from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database()))";

/// Orders to the database itself, for format(): %I is its name.
constexpr const char* settings = R"(
, setting as (
  select split_part(o, '=', 1) as name, substr(o, strpos(o, '=') + 1) as value, r.rolname as role
  from pg_db_role_setting g left join pg_roles r on r.oid = g.setrole, unnest(g.setconfig) o
  where g.setdatabase = (select oid from pg_database where datname = current_database()))
select 0, 0, 'database', '1 ' || s.name || coalesce(' ' || s.role, ''), '0',
  case when s.name ~* '(pass|secret|token|key|credential)' then '-- not included: setting ' || quote_ident(s.name) || ', which may be a secret' else
    replace(coalesce('ALTER ROLE ' || quote_ident(s.role) || ' IN DATABASE ', 'ALTER DATABASE '), '%', '%%') || '%I SET '
    || replace((select string_agg(quote_ident(part), '.') from unnest(string_to_array(s.name, '.')) part) || ' TO '
         || case when lower(s.name) in ('local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces') and s.value <> ''
              then s.value else quote_literal(s.value) end, '%', '%%') end
from setting s
union all
select 0, 0, 'database', '0 connections', '0', 'ALTER DATABASE %I CONNECTION LIMIT ' || d.datconnlimit
from pg_database d where d.datname = current_database() and d.datconnlimit <> -1
union all
select 0, 0, 'database', '0 template', '0', 'ALTER DATABASE %I IS_TEMPLATE true'
from pg_database d where d.datname = current_database() and d.datistemplate
union all
select 0, 0, 'database', '0 comment', '0', 'COMMENT ON DATABASE %I IS ' || replace(quote_literal(shobj_description(d.oid, 'pg_database')), '%', '%%')
from pg_database d where d.datname = current_database())";

constexpr const char* eventTriggers = R"(
select 'pg_event_trigger'::regclass::oid, e.oid, 'event trigger', quote_ident(e.evtname), '0', concat_ws(E'\n',
  'CREATE EVENT TRIGGER ' || quote_ident(e.evtname) || ' ON ' || e.evtevent
  || coalesce(E'\n    WHEN TAG IN (' || (select string_agg(quote_literal(t), ', ' order by t) from unnest(e.evttags) t) || ')', '')
  || E'\n    EXECUTE FUNCTION ' || e.evtfoid::regproc || '();',
  'ALTER EVENT TRIGGER ' || quote_ident(e.evtname) || case e.evtenabled when 'D' then ' DISABLE' when 'R' then ' ENABLE REPLICA'
    when 'A' then ' ENABLE ALWAYS' end || ';')
from pg_event_trigger e
where not exists (select from member m where m.classid = 'pg_event_trigger'::regclass and m.objid = e.oid))";

}  // namespace

std::vector<std::string> dumpDatabaseQueries(int serverVersion) {
  const bool hasParts = serverVersion >= 150000;
  return {fmt::format(publications, hasParts ? publishedColumns : "", hasParts ? publishedSchemas : ""), subscriptions,
          settings, eventTriggers};
}

}  // namespace hotswap::db::postgres
