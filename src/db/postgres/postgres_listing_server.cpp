#include <fmt/format.h>

#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

/// An extension may bring a thousand functions: what they are is told by a digest.
constexpr const char* extensions = R"(
select 'extension ' || quote_ident(e.extname), concat_ws(', ', 'version ' || e.extversion,
  (select 'schema ' || quote_ident(nspname) from pg_namespace where oid = e.extnamespace), 'owner ' || quote_ident(pg_get_userbyid(e.extowner)),
  (select 'functions ' || md5(string_agg(concat_ws(' ', p.oid::regprocedure, p.procost, p.prorows, p.prokind, p.prosecdef, p.proleakproof,
       p.proisstrict, p.proretset, p.provolatile, p.proparallel, format_type(p.prorettype, null), md5(p.prosrc), p.probin,
       (select string_agg(c, ', ' order by c) from unnest(p.proconfig) c)), E'\n' order by p.oid::regprocedure::text collate "C"))
   from pg_depend d join pg_proc p on p.oid = d.objid
   where d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e' and d.classid = 'pg_proc'::regclass))
from pg_extension e)";

constexpr const char* languages = R"(
select 'language ' || quote_ident(l.lanname), concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(l.lanowner)),
  case when l.lanpltrusted then 'trusted' end, 'handler ' || nullif(l.lanplcallfoid, 0)::regprocedure,
  'inline ' || nullif(l.laninline, 0)::regprocedure, 'validator ' || nullif(l.lanvalidator, 0)::regprocedure)
from pg_language l
where l.oid >= 16384 and not exists (select from member m where m.classid = 'pg_language'::regclass and m.objid = l.oid))";

constexpr const char* accessMethods = R"(
select 'access method ' || quote_ident(a.amname), a.amtype::text || ' ' || a.amhandler::regproc
from pg_am a where a.oid >= 16384 and not exists (select from member m where m.classid = 'pg_am'::regclass and m.objid = a.oid))";

constexpr const char* transforms = R"(
select 'transform for ' || format_type(t.trftype, null) || ' language ' || quote_ident(l.lanname), concat_ws(', ',
  'from sql ' || nullif(t.trffromsql::oid, 0)::regprocedure, 'to sql ' || nullif(t.trftosql::oid, 0)::regprocedure)
from pg_transform t join pg_language l on l.oid = t.trflang
where not exists (select from member m where m.classid = 'pg_transform'::regclass and m.objid = t.oid))";

constexpr const char* eventTriggers = R"(
select 'event trigger ' || quote_ident(e.evtname), concat_ws(', ', 'on ' || e.evtevent,
  'tags ' || (select string_agg(t, ', ' order by t) from unnest(e.evttags) t), 'function ' || e.evtfoid::regprocedure,
  case e.evtenabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end,
  'owner ' || quote_ident(pg_get_userbyid(e.evtowner)))
from pg_event_trigger e
where not exists (select from member m where m.classid = 'pg_event_trigger'::regclass and m.objid = e.oid))";

/// What newer versions know about a publication is read through JSON, so that one text serves all of them.
constexpr const char* publications = R"(
select 'publication ' || quote_ident(p.pubname), concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(p.pubowner)),
  case when p.puballtables then 'all tables' end, case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
  case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end,
  case when (to_jsonb(p) ->> 'pubviaroot')::boolean then 'via root' end)
from pg_publication p
where not exists (select from member m where m.classid = 'pg_publication'::regclass and m.objid = p.oid))";

/// {}: what PostgreSQL 15 brought, a list of columns and a condition.
constexpr const char* publishedTables = R"(
select 'publication ' || quote_ident(p.pubname) || ' of table ' || r.prrelid::regclass, concat_ws(' ', 'published'{})
from pg_publication p join pg_publication_rel r on r.prpubid = p.oid)";

constexpr const char* publishedParts = R"(,
  'columns (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                  where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::smallint[])) || ')',
  'where ' || pg_get_expr(r.prqual, r.prrelid))";

constexpr const char* publishedSchemas = R"(
select 'publication ' || quote_ident(p.pubname) || ' of schema ' || quote_ident(n.nspname), 'published'
from pg_publication p join pg_publication_namespace r on r.pnpubid = p.oid join pg_namespace n on n.oid = r.pnnspid)";

/// The connection of a subscription holds a password and is not looked at.
constexpr const char* subscriptions = R"(
select 'subscription ' || quote_ident(s.subname), concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(s.subowner)),
  case when s.subenabled then 'enabled' else 'disabled' end, 'slot ' || quote_ident(s.subslotname),
  'publications ' || (select string_agg(quote_ident(p), ', ' order by p) from unnest(s.subpublications) p))
from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database()))";

/// Values of options whose names smell of secrets are left out.
constexpr const char* foreignWrappers = R"(
select 'foreign data wrapper ' || quote_ident(f.fdwname), concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(f.fdwowner)),
  'handler ' || nullif(f.fdwhandler, 0)::regproc, 'validator ' || nullif(f.fdwvalidator, 0)::regproc,
  'options (' || (select string_agg(case when split_part(o, '=', 1) ~* '(pass|secret|token|key|credential)' then split_part(o, '=', 1) || '=****' else o end,
                                    ', ' order by o) from unnest(f.fdwoptions) o) || ')')
from pg_foreign_data_wrapper f
where not exists (select from member m where m.classid = 'pg_foreign_data_wrapper'::regclass and m.objid = f.oid))";

constexpr const char* foreignServers = R"(
select 'server ' || quote_ident(s.srvname), concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(s.srvowner)),
  (select 'wrapper ' || quote_ident(fdwname) from pg_foreign_data_wrapper where oid = s.srvfdw), 'type ' || s.srvtype, 'version ' || s.srvversion,
  'options (' || (select string_agg(case when split_part(o, '=', 1) ~* '(pass|secret|token|key|credential)' then split_part(o, '=', 1) || '=****' else o end,
                                    ', ' order by o) from unnest(s.srvoptions) o) || ')')
from pg_foreign_server s
where not exists (select from member m where m.classid = 'pg_foreign_server'::regclass and m.objid = s.oid))";

/// Options of a user mapping are names and passwords: only which there are is told, and who may see that much sees it.
constexpr const char* userMappings = R"(
select 'user mapping for ' || quote_ident(u.usename) || ' on server ' || quote_ident(u.srvname),
  'options (' || coalesce((select string_agg(split_part(o, '=', 1), ', ' order by o) from unnest(u.umoptions) o), '') || ')'
from pg_user_mappings u)";

constexpr const char* databaseItself = R"(
select 'database', concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(d.datdba)), 'connection limit ' || nullif(d.datconnlimit, -1),
  case when d.datistemplate then 'template' end, case when not d.datallowconn then 'no connections' end)
from pg_database d where d.datname = current_database())";

constexpr const char* databaseSettings = R"(
select 'setting ' || split_part(o, '=', 1) || coalesce(' of role ' || quote_ident(r.rolname), ''),
  case when split_part(o, '=', 1) ~* '(pass|secret|token|key|credential)' then '****' else substr(o, strpos(o, '=') + 1) end
from pg_db_role_setting g left join pg_roles r on r.oid = g.setrole, unnest(g.setconfig) o
where g.setdatabase = (select oid from pg_database where datname = current_database()))";

}  // namespace

std::vector<std::string> serverQueries(int serverVersion) {
  const bool hasParts = serverVersion >= 150000;
  std::vector<std::string> queries{extensions,     languages,    accessMethods,  transforms,
                                   eventTriggers,  publications, subscriptions,  foreignWrappers,
                                   foreignServers, userMappings, databaseItself, databaseSettings};
  queries.push_back(fmt::format(publishedTables, hasParts ? publishedParts : ""));
  if (hasParts) queries.emplace_back(publishedSchemas);
  return queries;
}

}  // namespace hotswap::db::postgres
