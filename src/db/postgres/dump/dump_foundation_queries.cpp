#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// `public` is in every new database, with an owner that depends on the version: {0}.
constexpr const char* schemas = R"(
select 'pg_namespace'::regclass::oid, s.oid, 'schema', s.name, '0',
  case when s.name <> 'public' then 'CREATE SCHEMA IF NOT EXISTS ' || s.name || ';'
    when s.nspowner <> {0} then 'ALTER SCHEMA public OWNER TO ' || quote_ident(pg_get_userbyid(s.nspowner)) || ';'
    else '' end
from schema_ s where not exists (select from member m where m.classid = 'pg_namespace'::regclass and m.objid = s.oid)
union all
select 0, 0, 'schema', 'public', '0', 'DROP SCHEMA IF EXISTS public;' where not exists (select from pg_namespace where nspname = 'public'))";

/// plpgsql is in every new database. An extension's owner can't be changed: it is made by whom it shall belong to.
constexpr const char* extensions = R"(
select 'pg_extension'::regclass::oid, e.oid, 'extension', quote_ident(e.extname), '0',
  case when e.extname = 'plpgsql' and e.extowner = 10 and n.nspname = 'pg_catalog' then '' else
    case when e.extowner <> k.oid then 'SET ROLE ' || quote_ident(pg_get_userbyid(e.extowner)) || E';\n' else '' end
    || 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) || ' WITH SCHEMA ' || quote_ident(n.nspname)
    || ' VERSION ' || quote_literal(e.extversion) || ';'
    || case when e.extowner <> k.oid then E'\nRESET ROLE;' else '' end end
from pg_extension e join pg_namespace n on n.oid = e.extnamespace, keeper k
union all
select 0, 1, 'extension', 'plpgsql', '0', 'DROP EXTENSION IF EXISTS plpgsql;' where not exists (select from pg_extension where extname = 'plpgsql'))";

constexpr const char* accessMethods = R"(
select 'pg_am'::regclass::oid, a.oid, 'access method', quote_ident(a.amname), '0',
  'CREATE ACCESS METHOD ' || quote_ident(a.amname) || ' TYPE ' || case a.amtype when 't' then 'TABLE' else 'INDEX' end
  || ' HANDLER ' || a.amhandler::regproc || ';'
from pg_am a where a.oid >= 16384 and not exists (select from member m where m.classid = 'pg_am'::regclass and m.objid = a.oid))";

constexpr const char* languages = R"(
select 'pg_language'::regclass::oid, l.oid, 'language', quote_ident(l.lanname), '0',
  'CREATE ' || case when l.lanpltrusted then 'TRUSTED ' else '' end || 'LANGUAGE ' || quote_ident(l.lanname)
  || coalesce(' HANDLER ' || nullif(l.lanplcallfoid, 0)::regproc, '') || coalesce(' INLINE ' || nullif(l.laninline, 0)::regproc, '')
  || coalesce(' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc, '') || ';'
from pg_language l
where l.oid >= 16384 and not exists (select from member m where m.classid = 'pg_language'::regclass and m.objid = l.oid))";

constexpr const char* transforms = R"(
select 'pg_transform'::regclass::oid, t.oid, 'transform', format_type(t.trftype, null) || ' ' || quote_ident(l.lanname), '0',
  'CREATE TRANSFORM FOR ' || format_type(t.trftype, null) || ' LANGUAGE ' || quote_ident(l.lanname) || ' ('
  || concat_ws(', ', 'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql::oid, 0)::regprocedure,
               'TO SQL WITH FUNCTION ' || nullif(t.trftosql::oid, 0)::regprocedure) || ');'
from pg_transform t join pg_language l on l.oid = t.trflang
where not exists (select from member m where m.classid = 'pg_transform'::regclass and m.objid = t.oid))";

/// Options whose names smell of secrets are not shown, as in the listing; a line says so. {0}: the
/// options, {1}: whose they are.
constexpr const char* foreignOptions = R"(
  coalesce((select string_agg(E'\n-- not included: option ' || quote_ident(split_part(o, '=', 1)) || ' of ' || translate({1}, E'\n\r', '  ') || ', which may be a secret', ''
                              order by o) from unnest({0}) o where split_part(o, '=', 1) ~* '(pass|secret|token|key|credential)'), ''))";

constexpr const char* foreignWrappers = R"(
select 'pg_foreign_data_wrapper'::regclass::oid, f.oid, 'foreign data wrapper', quote_ident(f.fdwname), '0',
  'CREATE FOREIGN DATA WRAPPER ' || quote_ident(f.fdwname) || coalesce(' HANDLER ' || nullif(f.fdwhandler, 0)::regproc, '')
  || coalesce(' VALIDATOR ' || nullif(f.fdwvalidator, 0)::regproc, '')
  || coalesce(' OPTIONS (' || (
       select string_agg(quote_ident(split_part(o, '=', 1)) || ' ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
       from unnest(f.fdwoptions) o where split_part(o, '=', 1) !~* '(pass|secret|token|key|credential)') || ')', '') || ';' ||{}
from pg_foreign_data_wrapper f
where not exists (select from member m where m.classid = 'pg_foreign_data_wrapper'::regclass and m.objid = f.oid))";

constexpr const char* foreignServers = R"(
select 'pg_foreign_server'::regclass::oid, s.oid, 'foreign server', quote_ident(s.srvname), '0',
  'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '')
  || coalesce(' VERSION ' || quote_literal(s.srvversion), '') || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
  || coalesce(' OPTIONS (' || (
       select string_agg(quote_ident(split_part(o, '=', 1)) || ' ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
       from unnest(s.srvoptions) o where split_part(o, '=', 1) !~* '(pass|secret|token|key|credential)') || ')', '') || ';' ||{}
from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
where not exists (select from member m where m.classid = 'pg_foreign_server'::regclass and m.objid = s.oid)
union all
select 0, u.umid, 'foreign server', quote_ident(u.srvname), '1 ' || quote_ident(u.usename),
  '-- not included: user mapping for ' || quote_ident(u.usename) || ' on server ' || quote_ident(u.srvname) || ', which may hold a password'
from pg_user_mappings u)";

}  // namespace

std::vector<std::string> dumpFoundationQueries(int serverVersion) {
  const char* ownerOfPublic = serverVersion >= 150000 ? "'pg_database_owner'::regrole" : "10";
  return {
      fmt::format(schemas, ownerOfPublic),
      extensions,
      accessMethods,
      languages,
      transforms,
      fmt::format(foreignWrappers, fmt::format(foreignOptions, "f.fdwoptions", "'wrapper ' || quote_ident(f.fdwname)")),
      fmt::format(foreignServers, fmt::format(foreignOptions, "s.srvoptions", "'server ' || quote_ident(s.srvname)"))};
}

}  // namespace hotswap::db::postgres
