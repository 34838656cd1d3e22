#include "db/postgres/postgres_listing.h"

/// What the server and extensions bring stands in no listing, but for what somebody has changed about it.
namespace hotswap::db::postgres {

namespace {

/// Grants on what the server and extensions have brought, where they differ from those that it came with.
constexpr const char* broughtGrants = R"(
, brought as (
  select 'function ' || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as object,
    p.proacl as acl, coalesce(i.initprivs, acldefault('f', p.proowner)) as usual
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  left join pg_init_privs i on i.classoid = 'pg_proc'::regclass and i.objoid = p.oid and i.objsubid = 0
  where p.proacl is not null and p.proacl is distinct from i.initprivs
    and (p.oid < 16384 or exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid))
  union all
  select 'relation ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relacl,
    coalesce(i.initprivs, acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner))
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = 0
  where c.relacl is not null and c.relacl is distinct from i.initprivs and n.nspname !~ '^pg_(toast|temp)'
    and (c.oid < 16384 or exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid))
  union all
  select 'column ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || quote_ident(a.attname), a.attacl,
    coalesce(i.initprivs, '{}'::aclitem[])
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = a.attnum
  where a.attacl is not null and a.attacl is distinct from i.initprivs and n.nspname !~ '^pg_(toast|temp)'
    and (c.oid < 16384 or exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid))
  union all
  select 'type ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname), t.typacl, coalesce(i.initprivs, acldefault('T', t.typowner))
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  left join pg_init_privs i on i.classoid = 'pg_type'::regclass and i.objoid = t.oid
  where t.typacl is not null and t.typacl is distinct from i.initprivs
    and (t.oid < 16384 or exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
  union all
  select 'schema ' || quote_ident(n.nspname), n.nspacl, coalesce(i.initprivs, acldefault('n', n.nspowner))
  from pg_namespace n left join pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid
  where n.nspacl is not null and n.nspacl is distinct from i.initprivs and n.nspname in ('pg_catalog', 'information_schema')),
levelled as (
  select object, coalesce((select string_agg(item::text, ', ' order by item::text) from unnest(acl) item), '') as acl,
    coalesce((select string_agg(item::text, ', ' order by item::text) from unnest(usual) item), '') as usual
  from brought)
select 'grants on ' || object, acl from levelled where acl <> usual)";

/// Members of extensions whose owner is another than the extension's.
constexpr const char* memberOwners = R"(
, owned as (
  select 'function' as kind, p.oid, 'pg_proc'::regclass as class, p.proowner as owner from pg_proc p
  where exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
  union all
  select 'relation', c.oid, 'pg_class'::regclass, c.relowner from pg_class c
  where exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
  union all
  select 'type', t.oid, 'pg_type'::regclass, t.typowner from pg_type t
  where exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
select 'owner of ' || i.type || ' ' || i.identity, quote_ident(pg_get_userbyid(o.owner))
from owned o join pg_depend d on d.classid = o.class and d.objid = o.oid and d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
join pg_extension e on e.oid = d.refobjid, pg_identify_object(o.class, o.oid, 0) i
where o.owner <> e.extowner)";

}  // namespace

std::vector<std::string> memberQueries() { return {broughtGrants, memberOwners}; }

}  // namespace hotswap::db::postgres
