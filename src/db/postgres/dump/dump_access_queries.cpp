#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// Owners other than the database's. `public` has told its own; sequences of identity columns go with their table.
constexpr const char* owners = R"(
, owned as (
  select 'pg_namespace'::regclass::oid as class, s.oid, s.nspowner as owner from schema_ s where s.name <> 'public'
  union all
  select 'pg_class'::regclass, r.oid, r.relowner from relation r where r.relkind in ('r', 'p', 'f', 'v', 'm')
    or (r.relkind = 'S' and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'i'
                                        and d.refclassid = 'pg_class'::regclass))
  union all
  select 'pg_proc'::regclass, p.oid, p.proowner from schema_ s join pg_proc p on p.pronamespace = s.oid
  union all
  select 'pg_type'::regclass, t.oid, t.typowner from schema_ s join pg_type t on t.typnamespace = s.oid left join pg_class c on c.oid = t.typrelid
  where (t.typtype <> 'c' or c.relkind = 'c') and t.typtype <> 'm' and not exists (select from pg_type e where e.typarray = t.oid)
  union all
  select 'pg_collation'::regclass, c.oid, c.collowner from schema_ s join pg_collation c on c.collnamespace = s.oid
  union all
  select 'pg_conversion'::regclass, c.oid, c.conowner from schema_ s join pg_conversion c on c.connamespace = s.oid
  union all
  select 'pg_operator'::regclass, o.oid, o.oprowner from schema_ s join pg_operator o on o.oprnamespace = s.oid where o.oprcode <> 0
  union all
  select 'pg_opclass'::regclass, o.oid, o.opcowner from schema_ s join pg_opclass o on o.opcnamespace = s.oid
  union all
  select 'pg_opfamily'::regclass, o.oid, o.opfowner from schema_ s join pg_opfamily o on o.opfnamespace = s.oid
  union all
  select 'pg_ts_dict'::regclass, d.oid, d.dictowner from schema_ s join pg_ts_dict d on d.dictnamespace = s.oid
  union all
  select 'pg_ts_config'::regclass, c.oid, c.cfgowner from schema_ s join pg_ts_config c on c.cfgnamespace = s.oid
  union all
  select 'pg_statistic_ext'::regclass, x.oid, x.stxowner from schema_ s join pg_statistic_ext x on x.stxnamespace = s.oid
  union all
  select 'pg_language'::regclass, l.oid, l.lanowner from pg_language l where l.oid >= 16384
  union all
  select 'pg_publication'::regclass, p.oid, p.pubowner from pg_publication p
  union all
  select 'pg_foreign_data_wrapper'::regclass, f.oid, f.fdwowner from pg_foreign_data_wrapper f
  union all
  select 'pg_foreign_server'::regclass, s.oid, s.srvowner from pg_foreign_server s
  union all
  select 'pg_event_trigger'::regclass, e.oid, e.evtowner from pg_event_trigger e),
foreign_ as (
  select o.*, (select e.extowner from pg_depend d join pg_extension e on e.oid = d.refobjid
               where d.classid = o.class and d.objid = o.oid and d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass) as extension
  from owned o)
select f.class, f.oid, '1 owner ' || i.identity,
  'ALTER ' || case i.type when 'aggregate' then 'ROUTINE' when 'foreign-data wrapper' then 'FOREIGN DATA WRAPPER' when 'statistics object' then 'STATISTICS'
                when 'composite type' then 'TYPE' else upper(i.type) end || ' ' || i.identity || ' OWNER TO ' || quote_ident(pg_get_userbyid(f.owner)) || ';'
from foreign_ f, keeper k, pg_identify_object(f.class, f.oid, 0) i
where f.owner <> coalesce(f.extension, k.oid))";

/// Extensions bring a comment of their own, and so does `public`: that there is none is told too.
constexpr const char* comments = R"(
select d.classoid, d.objoid, '8 comment ' || i.type || ' ' || i.identity,
  'COMMENT ON ' || case when d.objsubid <> 0 then 'COLUMN ' || i.identity
      when i.type = 'aggregate' then 'ROUTINE ' || i.identity
      when i.type = 'foreign-data wrapper' then 'FOREIGN DATA WRAPPER ' || i.identity
      when i.type = 'statistics object' then 'STATISTICS ' || i.identity
      when i.type = 'composite type' then 'TYPE ' || i.identity
      when i.type = 'table constraint' then 'CONSTRAINT ' || i.identity
      when i.type = 'domain constraint' then 'CONSTRAINT ' || (
        select quote_ident(c.conname) || ' ON DOMAIN ' || format_type(c.contypid, null) from pg_constraint c where c.oid = d.objoid)
      when i.type = 'transform' then 'TRANSFORM ' || (
        select 'FOR ' || format_type(t.trftype, null) || ' LANGUAGE ' || quote_ident(l.lanname)
        from pg_transform t join pg_language l on l.oid = t.trflang where t.oid = d.objoid)
      else upper(i.type) || ' ' || i.identity end || ' IS ' || quote_literal(d.description) || ';'
from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
where d.objoid >= 16384
  and not exists (select from member m where m.classid = d.classoid and m.objid = d.objoid)
  and coalesce(i.schema, '') !~ '^pg_(toast|temp)' and i.identity is not null
  and (d.classoid, i.identity) not in (('pg_namespace'::regclass, 'public'))
union all
select 'pg_namespace'::regclass, s.oid, '8 comment', 'COMMENT ON SCHEMA public IS ' || coalesce(quote_literal(obj_description(s.oid, 'pg_namespace')), 'NULL') || ';'
from schema_ s where s.name = 'public' and obj_description(s.oid, 'pg_namespace') is distinct from 'standard public schema'
union all
select 'pg_extension'::regclass, e.oid, '8 comment', 'COMMENT ON EXTENSION ' || quote_ident(e.extname) || ' IS NULL;'
from pg_extension e where obj_description(e.oid, 'pg_extension') is null)";

constexpr const char* labels = R"(
select l.classoid, l.objoid, '8 label ' || l.provider || ' ' || l.objtype || ' ' || l.objname,
  'SECURITY LABEL FOR ' || quote_ident(l.provider) || ' ON ' || upper(l.objtype) || ' ' || l.objname || ' IS ' || quote_literal(l.label) || ';'
from pg_seclabels l where l.classoid not in ('pg_authid'::regclass, 'pg_tablespace'::regclass, 'pg_database'::regclass))";

/// What an index has besides its definition.
constexpr const char* indexDetails = R"(
, index_ as (
  select i.*, c.relkind, c.reloptions, c.reltablespace, r.relkind as kind, r.relreplident, r.name as table_, s.name || '.' || quote_ident(c.relname) as name,
    quote_ident(c.relname) as short, exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) as constraint_
  from relation r join pg_index i on i.indrelid = r.oid join pg_class c on c.oid = i.indexrelid join schema_ s on s.oid = c.relnamespace
  where i.indisvalid or c.relkind = 'I')
select 'pg_class'::regclass::oid, i.indexrelid, '4 index ' || i.short, concat_ws(E'\n',
  case when i.constraint_ then 'ALTER INDEX ' || i.name || ' SET (' || (
    select string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by place)
    from unnest(i.reloptions) with ordinality u (o, place)) || ');' end,
  'ALTER INDEX ' || i.name || ' SET TABLESPACE ' || (select quote_ident(spcname) from pg_tablespace where oid = i.reltablespace) || ';',
  (select string_agg('ALTER INDEX ' || i.name || ' ALTER COLUMN ' || a.attnum || ' SET STATISTICS ' || a.attstattarget || ';', E'\n' order by a.attnum)
   from pg_attribute a where a.attrelid = i.indexrelid and coalesce(a.attstattarget, -1) <> -1),
  case when i.indisclustered then 'ALTER ' || case i.kind when 'm' then 'MATERIALIZED VIEW ' else 'TABLE ' end || i.table_ || ' CLUSTER ON ' || i.short || ';' end,
  case when i.indisreplident and i.relreplident = 'i' then 'ALTER TABLE ONLY ' || i.table_ || ' REPLICA IDENTITY USING INDEX ' || i.short || ';' end)
from index_ i)";

/// {0}: what a schema `public` has besides the rights of its owner when it is new.
constexpr const char* granted = R"(
, granted as (
  select 'pg_namespace'::regclass::oid as class, s.oid, 'SCHEMA ' || s.name as object, null::text as columns, s.nspowner as owner,
    coalesce(s.nspacl, acldefault('n', s.nspowner)) as acl,
    acldefault('n', s.nspowner) || case when s.name = 'public' then {0} else '{{}}'::aclitem[] end as usual from schema_ s
  union all
  select 'pg_class'::regclass, r.oid, case r.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || r.name, null, r.relowner,
    r.relacl, acldefault(case r.relkind when 'S' then 's'::"char" else 'r'::"char" end, r.relowner)
  from relation r where r.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
  union all
  select 'pg_class'::regclass, r.oid, 'TABLE ' || r.name, quote_ident(a.attname), r.relowner, a.attacl, '{{}}'::aclitem[]
  from relation r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null and not a.attisdropped and r.relkind <> 'c'
  union all
  select 'pg_proc'::regclass, p.oid, case p.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end || p.oid::regprocedure, null, p.proowner,
    p.proacl, acldefault('f', p.proowner)
  from schema_ s join pg_proc p on p.pronamespace = s.oid
  where p.proacl is not null and not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
  union all
  select 'pg_type'::regclass, t.oid, 'TYPE ' || s.name || '.' || quote_ident(t.typname), null, t.typowner, t.typacl, acldefault('T', t.typowner)
  from schema_ s join pg_type t on t.typnamespace = s.oid
  where t.typacl is not null and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
  union all
  select 'pg_language'::regclass, oid, 'LANGUAGE ' || quote_ident(lanname), null, lanowner, lanacl, acldefault('l', lanowner) from pg_language
  union all
  select 'pg_foreign_data_wrapper'::regclass, oid, 'FOREIGN DATA WRAPPER ' || quote_ident(fdwname), null, fdwowner, fdwacl, acldefault('F', fdwowner)
  from pg_foreign_data_wrapper
  union all
  select 'pg_foreign_server'::regclass, oid, 'FOREIGN SERVER ' || quote_ident(srvname), null, srvowner, srvacl, acldefault('S', srvowner)
  from pg_foreign_server
  union all
  select 0, 0, 'DATABASE %I', null, datdba, datacl, acldefault('d', datdba) from pg_database where datname = current_database()))";

/// What the server and extensions have brought, measured against what it came with. For the information schema the
/// server has not noted it: everybody may read what anybody may.
constexpr const char* brought = R"(
, granted as (
  select 'pg_proc'::regclass::oid as class, p.oid, case p.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end || p.oid::regprocedure as object,
    null::text as columns, p.proowner as owner, p.proacl as acl, coalesce(i.initprivs, acldefault('f', p.proowner)) as usual
  from pg_proc p left join pg_init_privs i on i.classoid = 'pg_proc'::regclass and i.objoid = p.oid and i.objsubid = 0
  where p.proacl is distinct from i.initprivs
    and (p.oid < 16384 or exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid))
  union all
  select 'pg_class'::regclass, c.oid, case c.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || c.oid::regclass, null, c.relowner, c.relacl,
    coalesce(i.initprivs, acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner)
      || case when n.nspname = 'information_schema' then array[makeaclitem(0, c.relowner, 'SELECT', false)] else '{}'::aclitem[] end)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = 0
  where c.relacl is distinct from i.initprivs and n.nspname !~ '^pg_(toast|temp)'
    and (c.oid < 16384 or exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid))
  union all
  select 'pg_class'::regclass, c.oid, 'TABLE ' || c.oid::regclass, quote_ident(a.attname), c.relowner, a.attacl, coalesce(i.initprivs, '{}'::aclitem[])
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_init_privs i on i.classoid = 'pg_class'::regclass and i.objoid = c.oid and i.objsubid = a.attnum
  where a.attacl is distinct from i.initprivs and n.nspname !~ '^pg_(toast|temp)'
    and (c.oid < 16384 or exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid))
  union all
  select 'pg_type'::regclass, t.oid, 'TYPE ' || t.oid::regtype, null, t.typowner, t.typacl, coalesce(i.initprivs, acldefault('T', t.typowner))
  from pg_type t left join pg_init_privs i on i.classoid = 'pg_type'::regclass and i.objoid = t.oid
  where t.typacl is distinct from i.initprivs
    and (t.oid < 16384 or exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
  union all
  select 'pg_namespace'::regclass, n.oid, 'SCHEMA ' || quote_ident(n.nspname), null, n.nspowner, n.nspacl,
    coalesce(i.initprivs, acldefault('n', n.nspowner) || array[makeaclitem(0, n.nspowner, 'USAGE', false)])
  from pg_namespace n left join pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = n.oid
  where n.nspacl is distinct from i.initprivs and n.nspname in ('pg_catalog', 'information_schema')))";

/// Rights of all schemas are told against those that a role starts with, rights in one schema against none.
constexpr const char* defaults = R"(
, granted as (
  select 0::oid as class, d.oid, 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(pg_get_userbyid(d.defaclrole)) || coalesce(' IN SCHEMA ' || s.name, '')
      as object,
    case d.defaclobjtype when 'r' then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS' when 'T' then 'TYPES' when 'n' then 'SCHEMAS'
      else 'LARGE OBJECTS' end as columns, d.defaclrole as owner, d.defaclacl as acl,
    case when d.defaclnamespace = 0 then acldefault(case d.defaclobjtype when 'S' then 's'::"char" else d.defaclobjtype end, d.defaclrole)
      else '{}'::aclitem[] end as usual
  from pg_default_acl d left join schema_ s on s.oid = d.defaclnamespace))";

/// aclexplode() does not take an empty list that no rights were ever in.
constexpr const char* differences = R"(
, has as materialized (
  select g.class, g.oid, g.object, g.columns, g.owner, x.grantor, x.grantee, x.privilege_type, x.is_grantable
  from granted g, aclexplode(case when cardinality(g.acl) > 0 then g.acl end) x where g.acl is not null),
had as materialized (
  select g.class, g.oid, g.object, g.columns, g.owner, x.grantor, x.grantee, x.privilege_type, x.is_grantable
  from granted g, aclexplode(case when cardinality(g.usual) > 0 then g.usual end) x where g.acl is not null),
change as (
  select 'grant' as action, h.* from has h where not exists (
    select from had u where u.class = h.class and u.oid = h.oid and u.columns is not distinct from h.columns and u.grantor = h.grantor
      and u.grantee = h.grantee and u.privilege_type = h.privilege_type and u.is_grantable = h.is_grantable)
  union all
  select 'revoke', u.* from had u where not exists (
    select from has h where u.class = h.class and u.oid = h.oid and u.columns is not distinct from h.columns and u.grantor = h.grantor
      and u.grantee = h.grantee and u.privilege_type = h.privilege_type))
select class, oid, object, quote_ident(pg_get_userbyid(owner)), columns, {}, quote_ident(pg_get_userbyid(grantor)),
  case when grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end, is_grantable, privilege_type
from change)";

}  // namespace

std::vector<std::string> dumpAttachmentQueries() { return {owners, comments, labels, indexDetails}; }

std::vector<std::string> dumpGrantQueries(int serverVersion) {
  const char* ofPublic =
      serverVersion >= 150000
          ? "array[makeaclitem(0, s.nspowner, 'USAGE', false)]"
          : "array[makeaclitem(0, s.nspowner, 'USAGE', false), makeaclitem(0, s.nspowner, 'CREATE', false)]";
  return {fmt::format(granted, ofPublic) + fmt::format(differences, "action"),
          brought + fmt::format(differences, "action"), defaults + fmt::format(differences, "'default ' || action")};
}

}  // namespace hotswap::db::postgres
