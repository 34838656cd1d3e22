#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

/// Grants stand in the order in which they were given and turn from absent to the default when one is given and taken
/// back; both is levelled here, and only what differs from the default is told.
constexpr const char* grants = R"(
, granted as (
  select 'schema ' || s.name as object, s.nspacl as acl, acldefault('n', s.nspowner) as usual from schema_ s
  union all
  select case r.relkind when 'S' then 'sequence ' when 'v' then 'view ' when 'm' then 'materialized view ' else 'table ' end || r.name,
    r.relacl, acldefault(case r.relkind when 'S' then 's'::"char" else 'r'::"char" end, r.relowner)
  from relation r where r.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
  union all
  select 'column ' || r.name || '.' || quote_ident(a.attname), a.attacl, '{}'::aclitem[]
  from relation r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null and not a.attisdropped and r.relkind <> 'c'
  union all
  select 'function ' || s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proacl, acldefault('f', p.proowner)
  from schema_ s join pg_proc p on p.pronamespace = s.oid
  where p.proacl is not null and not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
  union all
  select 'type ' || s.name || '.' || quote_ident(t.typname), t.typacl, acldefault('T', t.typowner)
  from schema_ s join pg_type t on t.typnamespace = s.oid
  where t.typacl is not null and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
  union all
  select 'language ' || quote_ident(lanname), lanacl, acldefault('l', lanowner) from pg_language where lanacl is not null
  union all
  select 'foreign data wrapper ' || quote_ident(fdwname), fdwacl, acldefault('F', fdwowner) from pg_foreign_data_wrapper where fdwacl is not null
  union all
  select 'server ' || quote_ident(srvname), srvacl, acldefault('S', srvowner) from pg_foreign_server where srvacl is not null
  union all
  select 'database', datacl, acldefault('d', datdba) from pg_database where datname = current_database()),
levelled as (
  select object, coalesce((select string_agg(item::text, ', ' order by item::text) from unnest(acl) item), '') as acl,
    coalesce((select string_agg(item::text, ', ' order by item::text) from unnest(usual) item), '') as usual
  from granted where acl is not null)
select 'grants on ' || object, acl from levelled where acl <> usual)";

constexpr const char* defaultPrivileges = R"(
select 'default privileges of ' || quote_ident(pg_get_userbyid(d.defaclrole)) || coalesce(' in schema ' || s.name, '') || ' on '
    || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
       else d.defaclobjtype::text end,
  coalesce((select string_agg(item::text, ', ' order by item::text) from unnest(d.defaclacl) item), '')
from pg_default_acl d left join schema_ s on s.oid = d.defaclnamespace)";

/// `public` has a comment of the server's own, which is the only one below the user's numbers that may be changed.
constexpr const char* comments = R"(
select 'comment on ' || i.type || ' ' || i.identity, d.description
from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
where (d.objoid >= 16384 or (d.classoid = 'pg_namespace'::regclass and d.objoid = 2200))
  and not exists (select from member m where m.classid = d.classoid and m.objid = d.objoid)
  and coalesce(i.schema, '') !~ '^pg_(toast|temp)' and i.identity is not null
  and not (d.classoid = 'pg_class'::regclass and d.objoid in (select oid from history))
union all
select 'comment on database', shobj_description((select oid from pg_database where datname = current_database()), 'pg_database')
where shobj_description((select oid from pg_database where datname = current_database()), 'pg_database') is not null)";

constexpr const char* labels = R"(
select 'security label of ' || l.provider || ' on ' || l.objtype || ' ' || l.objname, l.label
from pg_seclabels l where l.classoid not in ('pg_authid'::regclass, 'pg_tablespace'::regclass, 'pg_database'::regclass))";

}  // namespace

std::vector<std::string> accessQueries() { return {grants, defaultPrivileges, comments, labels}; }

}  // namespace hotswap::db::postgres
