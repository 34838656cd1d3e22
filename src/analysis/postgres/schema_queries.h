#pragma once

/// What a KnownSchema is loaded from. Each query reads the catalog once, whatever the size of the schema; members of
/// tables come by number and are named by the reader. `userSchemas` goes before each.
namespace hotswap::analysis::postgres::schema_queries {

/// The schemas of the user and the session's own temporary one, which is called pg_temp.
inline constexpr const char* userSchemas = R"(
with space as materialized (
  select oid, case when oid = pg_my_temp_schema() then 'pg_temp' else nspname::text end as name
  from pg_namespace where (nspname !~ '^pg_' and nspname <> 'information_schema') or oid = pg_my_temp_schema()))";

inline constexpr const char* relations = R"(
select c.oid, s.name, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
  coalesce(ts.spcname, ''), case when c.relkind in ('r', 'm') then am.amname else '' end, c.reloptions, c.relispopulated,
  case when c.reloftype <> 0 then (select os.name || '.' || ot.typname from pg_type ot join space os on os.oid = ot.typnamespace where ot.oid = c.reloftype) else '' end,
  case when c.relispartition and c.relkind in ('r', 'p', 'f') then pg_get_expr(c.relpartbound, c.oid) else '' end,
  coalesce(p.partstrat, ' '), coalesce(p.partattrs::text, ''),
  greatest(c.reltuples, 0)::bigint, (greatest(c.relpages, 0) + greatest(coalesce(t.relpages, 0), 0))::bigint * current_setting('block_size')::bigint,
  pg_get_userbyid(c.relowner)
from pg_class c join space s on s.oid = c.relnamespace
left join pg_tablespace ts on ts.oid = c.reltablespace left join pg_am am on am.oid = c.relam
left join pg_partitioned_table p on p.partrelid = c.oid left join pg_class t on t.oid = c.reltoastrelid
where c.relkind in ('r', 'p', 'i', 'I', 'v', 'm', 'S', 'f', 'c'))";

inline constexpr const char* columns = R"(
select a.attrelid, a.attnum, a.attname, coalesce(es.nspname, ts.nspname), coalesce(e.typname, t.typname), a.atttypmod, e.oid is not null,
  case when a.attcollation <> t.typcollation then coalesce((select collname from pg_collation where oid = a.attcollation), '') else '' end,
  a.attnotnull, a.atthasdef, a.attgenerated = 's', a.attidentity, a.attislocal, a.attinhcount,
  case when a.attstorage <> t.typstorage then a.attstorage else ' ' end
from pg_attribute a join pg_class c on c.oid = a.attrelid join space s on s.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid join pg_namespace ts on ts.oid = t.typnamespace
left join pg_type e on e.oid = t.typelem and t.typlen = -1 and t.typcategory = 'A' left join pg_namespace es on es.oid = e.typnamespace
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
order by a.attrelid, a.attnum)";

/// What defaults and generated columns are made from: table, column, then a function's name, a sequence or a column.
inline constexpr const char* defaults = R"(
select f.adrelid, f.adnum, n.nspname || '.' || p.proname, null::bigint, null::int
from pg_attrdef f join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_proc'::regclass
join pg_proc p on p.oid = d.refobjid join pg_namespace n on n.oid = p.pronamespace where n.nspname <> 'pg_catalog'
union select f.adrelid, f.adnum, null, c.oid::bigint, null
from pg_attrdef f join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_class'::regclass
join pg_class c on c.oid = d.refobjid and c.relkind = 'S'
union select f.adrelid, f.adnum, null, null, d.refobjsubid
from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum and a.attgenerated <> ''
join pg_depend d on (d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refobjsubid <> f.adnum
                     or d.classid = 'pg_class'::regclass and d.objid = f.adrelid and d.objsubid = f.adnum)
where d.refclassid = 'pg_class'::regclass and d.refobjid = f.adrelid and d.refobjsubid > 0)";

/// $1: names of tables whose checks are read in full; null: of all.
/// Foreign keys to the partitions of what the user's key leads to are left out: the server keeps them for itself.
inline constexpr const char* constraints = R"(
select k.oid, k.conrelid, k.conname, k.contype, k.conkey::text, k.convalidated, k.condeferrable, k.contype = 'c' and k.connoinherit, k.conislocal, k.coninhcount,
  case when k.contype = 'c' and ($1::text[] is null or c.relispartition or c.relname::text = any($1)) then pg_get_expr(k.conbin, k.conrelid) else '' end, k.conindid, k.confrelid, k.confkey::text, k.confdeltype, k.confupdtype,
  case when k.contype = 'c' then array(select n.nspname || '.' || p.proname from pg_depend d join pg_proc p on p.oid = d.refobjid
    join pg_namespace n on n.oid = p.pronamespace where d.classid = 'pg_constraint'::regclass and d.objid = k.oid
    and d.refclassid = 'pg_proc'::regclass and n.nspname <> 'pg_catalog' order by 1)::text else '{}' end
from pg_constraint k join pg_class c on c.oid = k.conrelid join space s on s.oid = c.relnamespace
where k.contype in ('c', 'p', 'u', 'x', 'f')
  and not (k.conparentid <> 0 and exists (select from pg_constraint up where up.oid = k.conparentid and up.conrelid = k.conrelid))
order by k.conrelid, k.conname)";

inline constexpr const char* indexes = R"(
select i.indexrelid, i.indrelid, i.indnkeyatts, i.indkey::text, i.indexprs is not null, i.indpred is not null, i.indisunique, i.indisprimary,
  i.indisvalid and i.indisready, i.indisclustered, i.indisreplident, am.amname,
  case when i.indexprs is not null then array(select a.attname::text from pg_attribute a where a.attrelid = i.indexrelid and a.attnum <= i.indnkeyatts
    order by a.attnum)::text else '{}' end,
  i.indoption::text ~ '^[0 ]*$' and not exists (select from pg_opclass o where o.oid = any (i.indclass::oid[]) and not o.opcdefault)
from pg_index i join pg_class c on c.oid = i.indexrelid join space s on s.oid = c.relnamespace join pg_am am on am.oid = c.relam)";

/// Columns in expressions and conditions of indexes.
inline constexpr const char* indexReads = R"(
select distinct i.indexrelid, d.refobjsubid
from pg_index i join pg_class c on c.oid = i.indexrelid join space s on s.oid = c.relnamespace
join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.refclassid = 'pg_class'::regclass
  and d.refobjid = i.indrelid and d.refobjsubid > 0
where i.indexprs is not null or i.indpred is not null
order by 1, 2)";

inline constexpr const char* inheritance = R"(
select i.inhrelid, i.inhparent, coalesce((to_jsonb(i) ->> 'inhdetachpending')::boolean, false)
from pg_inherits i join pg_class c on c.oid = i.inhrelid join space s on s.oid = c.relnamespace
order by i.inhrelid, i.inhseqno)";

/// Servers before 15 call the clones of a partitioned table's triggers internal, as they do with those of keys.
inline constexpr const char* triggers = R"(
select t.tgrelid, t.tgname, n.nspname || '.' || p.proname, t.tgtype, coalesce((to_jsonb(t) ->> 'tgparentid')::bigint, 0) <> 0, t.tgenabled,
  t.tgattr::text, t.tgconstrrelid
from pg_trigger t join pg_class c on c.oid = t.tgrelid join space s on s.oid = c.relnamespace
join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace
left join pg_constraint k on k.oid = t.tgconstraint
where not t.tgisinternal or (coalesce((to_jsonb(t) ->> 'tgparentid')::bigint, 0) <> 0 and coalesce(k.contype, 't') = 't')
order by t.tgrelid, t.tgname)";

inline constexpr const char* policies = R"(
select y.polrelid, y.polname,
  array(select distinct n.nspname || '.' || p.proname from pg_depend d join pg_proc p on p.oid = d.refobjid
        join pg_namespace n on n.oid = p.pronamespace where d.classid = 'pg_policy'::regclass and d.objid = y.oid
        and d.refclassid = 'pg_proc'::regclass and n.nspname <> 'pg_catalog' order by 1)::text
from pg_policy y join pg_class c on c.oid = y.polrelid join space s on s.oid = c.relnamespace
order by 1, 2)";

/// Table, policy, relation it reads, column.
inline constexpr const char* policySources = R"(
select distinct y.polrelid, y.polname, d.refobjid, d.refobjsubid
from pg_policy y join pg_class c on c.oid = y.polrelid join space s on s.oid = c.relnamespace
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = y.oid and d.refclassid = 'pg_class'::regclass
  and not (d.refobjid = y.polrelid and d.refobjsubid = 0)
order by 1, 2, 3, 4)";

inline constexpr const char* rules = R"(
select r.ev_class, r.rulename, case r.ev_type when '1' then 's' when '2' then 'u' when '3' then 'i' else 'd' end, r.is_instead
from pg_rewrite r join pg_class c on c.oid = r.ev_class join space s on s.oid = c.relnamespace
where r.rulename <> '_RETURN'
order by 1, 2)";

/// Table, rule, relation it reads or writes, column.
inline constexpr const char* ruleSources = R"(
select distinct r.ev_class, r.rulename, d.refobjid, d.refobjsubid
from pg_rewrite r join pg_class c on c.oid = r.ev_class join space s on s.oid = c.relnamespace
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
  and not (d.refobjid = r.ev_class and d.refobjsubid = 0)
where r.rulename <> '_RETURN'
order by 1, 2, 3, 4)";

/// View, relation it reads, column or 0.
inline constexpr const char* viewSources = R"(
select distinct r.ev_class, d.refobjid, d.refobjsubid
from pg_rewrite r join pg_class c on c.oid = r.ev_class join space s on s.oid = c.relnamespace
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
where r.rulename = '_RETURN'
order by 1, 2, 3)";

/// Functions of the user that views and indexes call.
inline constexpr const char* relationCalls = R"(
select distinct coalesce(r.ev_class, d.objid), n.nspname || '.' || p.proname
from pg_depend d join pg_proc p on d.refclassid = 'pg_proc'::regclass and p.oid = d.refobjid join pg_namespace n on n.oid = p.pronamespace
left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid and r.rulename = '_RETURN'
where n.nspname <> 'pg_catalog' and (r.oid is not null or d.classid = 'pg_class'::regclass)
order by 1, 2)";

inline constexpr const char* sequenceOwners = R"(
select d.objid, d.refobjid, d.refobjsubid, d.deptype = 'i'
from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join space s on s.oid = c.relnamespace
where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0)";

/// Sequences of int2 and int4 columns, and the value drawn last; those that were never drawn from, or that the role may
/// not see, are left out. To be asked outside of the user's transactions: the server holds a RowExclusiveLock on each
/// until the transaction ends.
inline constexpr const char* lastValues = R"(
select id, value from (
  select c.oid as id, case when has_sequence_privilege(c.oid, 'USAGE, SELECT') then pg_sequence_last_value(c.oid) end as value
  from pg_class c join space s on s.oid = c.relnamespace
  join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
    and d.deptype in ('a', 'i') and d.refobjsubid > 0
  join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where c.relkind = 'S' and a.atttypid in ('int2'::regtype, 'int4'::regtype)) drawn
where value is not null)";

inline constexpr const char* publications = R"(
select r.prrelid, p.pubname from pg_publication_rel r join pg_publication p on p.oid = r.prpubid order by 1, 2)";

inline constexpr const char* statistics = R"(
select x.stxrelid, s.name || '.' || x.stxname, x.stxkeys::text
from pg_statistic_ext x join space s on s.oid = x.stxnamespace
order by 1, 2)";

inline constexpr const char* types = R"(
select t.oid, s.name, t.typname, t.typtype, t.typrelid, coalesce(es.nspname, bs.nspname), coalesce(e.typname, b.typname), t.typtypmod, e.oid is not null,
  t.typnotnull, t.typdefault is not null,
  case when t.typtype = 'e' then array(select enumlabel::text from pg_enum where enumtypid = t.oid order by enumsortorder)::text else '{}' end
from pg_type t join space s on s.oid = t.typnamespace
left join pg_type b on b.oid = t.typbasetype left join pg_namespace bs on bs.oid = b.typnamespace
left join pg_type e on e.oid = b.typelem and b.typlen = -1 and b.typcategory = 'A' left join pg_namespace es on es.oid = e.typnamespace
left join pg_class c on c.oid = t.typrelid
where t.typtype in ('d', 'e', 'r') or (t.typtype = 'c' and c.relkind = 'c') or (t.typtype = 'b' and t.typelem = 0))";

inline constexpr const char* domainChecks = R"(
select k.contypid, k.conname, k.convalidated from pg_constraint k where k.contypid <> 0 and k.contype = 'c' order by 1, 2)";

inline constexpr const char* routines = R"(
select s.name, p.proname, count(*), max(p.provolatile::text)
from pg_proc p join space s on s.oid = p.pronamespace
group by 1, 2)";

inline constexpr const char* schemas = "select name from space where name <> 'pg_temp'";
inline constexpr const char* extensions = "select extname from pg_extension";

}  // namespace hotswap::analysis::postgres::schema_queries
