#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

/// What differs from the sequence that CREATE SEQUENCE makes by itself. q: a row of pg_sequence.
const char* const dumpSequenceOptions = R"(
    case when q.seqstart <> case when q.seqincrement > 0 then q.seqmin else q.seqmax end then 'START WITH ' || q.seqstart end,
    case when q.seqincrement <> 1 then 'INCREMENT BY ' || q.seqincrement end,
    case when q.seqmin <> case when q.seqincrement > 0 then 1
        else case q.seqtypid when 21 then -32768 when 23 then -2147483648 else -9223372036854775808 end end then 'MINVALUE ' || q.seqmin end,
    case when q.seqmax <> case when q.seqincrement < 0 then -1
        else case q.seqtypid when 21 then 32767 when 23 then 2147483647 else 9223372036854775807 end end then 'MAXVALUE ' || q.seqmax end,
    case when q.seqcache <> 1 then 'CACHE ' || q.seqcache end, case when q.seqcycle then 'CYCLE' end)";

namespace {

/// Columns: see readColumns in dump_tables.cpp.
constexpr const char* columns = R"(
select r.oid, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
  case when a.attcollation <> t.typcollation then (
    select quote_ident(n.nspname) || '.' || quote_ident(c.collname)
    from pg_collation c join pg_namespace n on n.oid = c.collnamespace where c.oid = a.attcollation) end,
  a.attnotnull and coalesce(k.convalidated, true), d.oid, pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, case when q.seqrelid is not null then a.attidentity::text else '' end,
  concat_ws(' ', case when sequence_.name <> s.name || '.' || quote_ident(r.relname || '_' || a.attname || '_seq') then 'SEQUENCE NAME ' || sequence_.name end, {}),
  case when a.attstorage <> t.typstorage then case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'x' then 'EXTENDED' else 'MAIN' end end,
  case to_jsonb(a) ->> 'attcompression' when 'p' then 'pglz' when 'l' then 'lz4' end,
  case when coalesce(a.attstattarget, -1) <> -1 then a.attstattarget end,
  (select string_agg(split_part(o, '=', 1) || '=' || substr(o, strpos(o, '=') + 1), ', ' order by o) from unnest(a.attoptions) o where o !~ '^pg_attver='),
  (select string_agg(quote_ident(split_part(o, '=', 1)) || ' ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
   from unnest(a.attfdwoptions) o),
  a.attislocal, a.attinhcount > 0,
  case when sequence_.relpersistence <> r.relpersistence then
    'ALTER SEQUENCE ' || sequence_.name || case sequence_.relpersistence when 'u' then ' SET UNLOGGED;' else ' SET LOGGED;' end end,
  case when k.convalidated then concat(
    case when k.conname <> r.relname || '_' || a.attname || '_not_null' then 'CONSTRAINT ' || quote_ident(k.conname) || ' ' end,
    'NOT NULL', case when k.connoinherit then ' NO INHERIT' end) end,
  k.conname
from relation r join schema_ s on s.oid = r.relnamespace join pg_attribute a on a.attrelid = r.oid join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_constraint k on k.conrelid = r.oid and k.contype = 'n' and k.conkey[1] = a.attnum
left join pg_depend i on i.classid = 'pg_class'::regclass and i.refclassid = 'pg_class'::regclass and i.refobjid = r.oid and i.refobjsubid = a.attnum
  and i.deptype = 'i' and a.attidentity <> ''
left join relation sequence_ on sequence_.oid = i.objid left join pg_sequence q on q.seqrelid = sequence_.oid
where r.relkind in ('r', 'p', 'f', 'm') and a.attnum > 0 and not a.attisdropped
order by r.name, a.attnum)";

}  // namespace

std::string dumpColumns() { return fmt::format(columns, dumpSequenceOptions); }

/// Columns: see readTables in dump_tables.cpp.
const char* const dumpTables = R"(
select r.oid, r.name, r.relkind, r.relpersistence = 'u',
  (select quote_ident(amname) from pg_am where oid = r.relam and amname <> 'heap'),
  (select quote_ident(spcname) from pg_tablespace where oid = r.reltablespace),
  concat_ws(', ',
    (select string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o) from unnest(r.reloptions) o),
    (select string_agg('toast.' || split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
     from pg_class t, unnest(t.reloptions) o where t.oid = r.reltoastrelid)),
  case when r.relkind = 'p' then pg_get_partkeydef(r.oid) end, pg_get_expr(r.relpartbound, r.oid),
  (select array_to_string(array_agg(inhparent order by inhseqno), ',') from pg_inherits where inhrelid = r.oid),
  case when r.reloftype <> 0 then r.reloftype::regtype end,
  case when r.relkind not in ('r', 'p') then null when r.relreplident = 'n' then 'NOTHING' when r.relreplident = 'f' then 'FULL' end, r.relrowsecurity, r.relforcerowsecurity,
  (select quote_ident(s.srvname) || coalesce(' OPTIONS (' || (
       select string_agg(quote_ident(split_part(o, '=', 1)) || ' ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
       from unnest(f.ftoptions) o where split_part(o, '=', 1) !~* '(pass|secret|token|key|credential)') || ')', '')
   from pg_foreign_table f join pg_foreign_server s on s.oid = f.ftserver where f.ftrelid = r.oid),
  (select coalesce((to_jsonb(h) ->> 'inhdetachpending')::boolean, false) from pg_inherits h where h.inhrelid = r.oid limit 1)
from relation r where r.relkind in ('r', 'p', 'f', 'm') order by r.name)";

/// Columns: see readConstraints in dump_tables.cpp. Those of PostgreSQL 18 that say NOT NULL are read with the
/// columns, but for those that are not validated.
const char* const dumpConstraints = R"(
select r.oid, c.oid, quote_ident(c.conname), c.contype::text, pg_get_constraintdef(c.oid), c.convalidated, c.conislocal, c.coninhcount > 0,
  c.contype = 'f' and c.conparentid <> 0 and (c.confrelid <> p.confrelid or c.conname = p.conname), c.conparentid
from relation r join pg_constraint c on c.conrelid = r.oid left join pg_constraint p on p.oid = c.conparentid
where c.contype in ('p', 'u', 'x', 'f', 'c') or (c.contype = 'n' and not c.convalidated) order by r.name, c.conname)";

const char* const dumpOutlines = R"(
select 'pg_class'::regclass::oid, r.oid, 'CREATE VIEW ' || r.name || E' AS\nSELECT\n    ' || string_agg(
    'NULL::' || format_type(a.atttypid, a.atttypmod)
      || case when a.attcollation <> t.typcollation then (
           select ' COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(c.collname)
           from pg_collation c join pg_namespace n on n.oid = c.collnamespace where c.oid = a.attcollation) else '' end
      || ' AS ' || quote_ident(a.attname), E',\n    ' order by a.attnum) || ';'
from relation r join pg_attribute a on a.attrelid = r.oid join pg_type t on t.oid = a.atttypid
where r.relkind = 'v' and a.attnum > 0 and not a.attisdropped group by r.oid, r.name
union all
select 'pg_type'::regclass, t.oid, 'CREATE TYPE ' || s.name || '.' || quote_ident(t.typname) || ';'
from schema_ s join pg_type t on t.typnamespace = s.oid where t.typtype in ('b', 'r'))";

/// An owned sequence stands in no circle with the column that has it as its default: the order to own it comes later.
const char* const dumpDependencies = R"(
select d.classid, d.objid, d.refclassid, d.refobjid, d.deptype::text
from pg_depend d left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
where d.objid >= 16384 and (d.refobjid >= 16384 or d.refclassid = 'pg_namespace'::regclass)
  and not (c.relkind = 'S' and d.deptype = 'a') is true
  and d.deptype <> 'x'
union all
select 'pg_sequence'::regclass, d.objid, x.class, x.oid, 'n'
from pg_depend d join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid and c.relkind = 'S',
  lateral (values ('pg_class'::regclass::oid, d.objid), ('pg_class'::regclass::oid, d.refobjid)) x (class, oid)
where d.deptype = 'a' and d.refclassid = 'pg_class'::regclass
union all
select 'pg_inherits'::regclass, h.inhrelid, 'pg_class'::regclass, x.oid, 'n'
from pg_inherits h join pg_index i on i.indexrelid = h.inhrelid, lateral (values (h.inhrelid), (h.inhparent)) x (oid)
union all
select case d.refclassid when 'pg_opclass'::regclass then 'pg_opclass'::regclass else 'pg_amop'::regclass end, d.refobjid, x.refclassid, x.refobjid, 'n'
from pg_depend d join pg_depend x on x.classid = d.classid and x.objid = d.objid
where d.classid in ('pg_amop'::regclass, 'pg_amproc'::regclass) and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
  and d.objid >= 16384)";

}  // namespace hotswap::db::postgres
