#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// Without those of identity columns. Whose a sequence is can only be said once the table is there.
constexpr const char* sequences = R"(
select 'pg_class'::regclass::oid, r.oid, 'sequence', r.name, '0', concat_ws(' ',
  'CREATE ' || case when r.relpersistence = 'u' then 'UNLOGGED ' else '' end || 'SEQUENCE ' || r.name,
  case when q.seqtypid <> 20 then 'AS ' || format_type(q.seqtypid, null) end, {}) || ';'
from relation r join pg_sequence q on q.seqrelid = r.oid
where not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
                  and d.deptype = 'i')
union all
select 'pg_sequence'::regclass::oid, r.oid, 'table', t.name, '2 owned sequence ' || r.name,
  'ALTER SEQUENCE ' || r.name || ' OWNED BY ' || t.name || '.' || quote_ident(a.attname) || ';'
from relation r join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'
join relation t on t.oid = d.refobjid join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where r.relkind = 'S')";

/// A materialized view is made empty and filled at the end, when all that its functions may ask is there.
constexpr const char* views = R"(
select 'pg_class'::regclass::oid, r.oid, 'view', r.name, '0',
  case r.relkind when 'v' then 'CREATE VIEW ' else 'CREATE MATERIALIZED VIEW ' end || r.name
  || coalesce(E'\nUSING ' || (select quote_ident(amname) from pg_am where oid = r.relam and amname <> 'heap'), '')
  || coalesce(E'\nWITH (' || (select string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' order by o)
                            from unnest(r.reloptions) o) || ')', '')
  || coalesce(E'\nTABLESPACE ' || (select quote_ident(spcname) from pg_tablespace where oid = r.reltablespace), '')
  || E' AS\n' || rtrim(pg_get_viewdef(r.oid), ';') || case r.relkind when 'm' then E'\nWITH NO DATA;' else ';' end
from relation r where r.relkind in ('v', 'm')
union all
select 'pg_attrdef'::regclass::oid, d.oid, 'view', r.name, '2 default ' || quote_ident(a.attname),
  'ALTER VIEW ' || r.name || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) || ';'
from relation r join pg_attrdef d on d.adrelid = r.oid join pg_attribute a on a.attrelid = r.oid and a.attnum = d.adnum
where r.relkind = 'v')";

/// The catalog is that of the rules: a mark by which the filling is put behind everything else.
constexpr const char* fillings = R"(
select 'pg_rewrite'::regclass::oid, r.oid, 'filling', r.name, '0', 'REFRESH MATERIALIZED VIEW ' || r.name || ';'
from relation r where r.relkind = 'm' and r.relispopulated)";

/// Without those of constraints. An index of a partitioned table is invalid as long as it has a part too few, which
/// comes about by itself.
constexpr const char* indexes = R"(
select 'pg_class'::regclass::oid, i.indexrelid, case when r.relkind = 'm' then 'view' else 'table' end, r.name, '3 index ' || quote_ident(c.relname),
  case when (i.indisvalid and i.indisready and i.indislive) or c.relkind = 'I' then pg_get_indexdef(i.indexrelid) || ';'
    else '-- not included: invalid index ' || quote_ident(c.relname) || ' on ' || r.name end
from relation r join pg_index i on i.indrelid = r.oid join pg_class c on c.oid = i.indexrelid
where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
union all
select 'pg_inherits'::regclass::oid, h.inhrelid, 'table', p.name, '3 index ' || quote_ident(pc.relname) || ' of ' || r.name,
  'ALTER INDEX ' || quote_ident(pn.nspname) || '.' || quote_ident(pc.relname) || ' ATTACH PARTITION ' || quote_ident(n.nspname) || '.'
    || quote_ident(c.relname) || ';'
from relation r join pg_index i on i.indrelid = r.oid join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
join pg_inherits h on h.inhrelid = i.indexrelid join pg_class pc on pc.oid = h.inhparent join pg_namespace pn on pn.oid = pc.relnamespace
join pg_index pi on pi.indexrelid = pc.oid join relation p on p.oid = pi.indrelid)";

/// A trigger that a partition has from its parent is told where it is switched on or off in another way than that one.
constexpr const char* triggers = R"(
, state as (
  select t.oid as id, r.relkind, r.name, quote_ident(t.tgname) as trigger, t.tgenabled::text as enabled,
    nullif((to_jsonb(t) ->> 'tgparentid')::oid, 0) as parent
  from relation r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal)
select 'pg_trigger'::regclass::oid, s.id, case when s.relkind = 'v' then 'view' else 'table' end, s.name, '6 trigger ' || s.trigger, concat_ws(E'\n',
  case when s.parent is null then pg_get_triggerdef(s.id) || ';' end,
  case when s.enabled <> coalesce(p.enabled, 'O') then 'ALTER TABLE ' || s.name || case s.enabled
      when 'D' then ' DISABLE' when 'R' then ' ENABLE REPLICA' when 'A' then ' ENABLE ALWAYS' else ' ENABLE' end || ' TRIGGER ' || s.trigger || ';' end)
from state s left join state p on p.id = s.parent)";

constexpr const char* systemTriggers = R"(
select 0, t.oid, 'table', r.name, '6 system trigger ' || quote_ident(c.conname),
  '-- not included: a trigger behind constraint ' || quote_ident(c.conname) || ' of ' || r.name || ', which is switched '
    || case t.tgenabled when 'D' then 'off' when 'R' then 'to replicas' else 'to always' end
from relation r join pg_trigger t on t.tgrelid = r.oid join pg_constraint c on c.oid = t.tgconstraint
where t.tgisinternal and t.tgenabled <> 'O')";

constexpr const char* rules = R"(
select 'pg_rewrite'::regclass::oid, w.oid, case when r.relkind = 'v' then 'view' else 'table' end, r.name, '6 rule ' || quote_ident(w.rulename),
  concat_ws(E'\n', rtrim(pg_get_ruledef(w.oid), ';') || ';',
    'ALTER TABLE ' || r.name || case w.ev_enabled when 'D' then ' DISABLE' when 'R' then ' ENABLE REPLICA' when 'A' then ' ENABLE ALWAYS' end
      || ' RULE ' || quote_ident(w.rulename) || ';')
from relation r join pg_rewrite w on w.ev_class = r.oid where w.rulename <> '_RETURN')";

constexpr const char* policies = R"(
select 'pg_policy'::regclass::oid, p.oid, 'table', r.name, '7 policy ' || quote_ident(p.polname), concat_ws(E'\n    ',
  'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || r.name || case when p.polpermissive then '' else ' AS RESTRICTIVE' end
    || case p.polcmd when 'r' then ' FOR SELECT' when 'a' then ' FOR INSERT' when 'w' then ' FOR UPDATE' when 'd' then ' FOR DELETE' else '' end,
  'TO ' || (select string_agg(case when role = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(role)) end, ', '
                              order by pg_get_userbyid(role)) from unnest(p.polroles) role where p.polroles <> '{0}'),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') || ';'
from relation r join pg_policy p on p.polrelid = r.oid)";

constexpr const char* statistics = R"(
select 'pg_statistic_ext'::regclass::oid, x.oid, case when r.relkind = 'm' then 'view' else 'table' end, r.name,
  '5 statistics ' || s.name || '.' || quote_ident(x.stxname), concat_ws(E'\n', pg_get_statisticsobjdef(x.oid) || ';',
    'ALTER STATISTICS ' || s.name || '.' || quote_ident(x.stxname) || ' SET STATISTICS ' || nullif(to_jsonb(x) ->> 'stxstattarget', '-1') || ';')
from schema_ s join pg_statistic_ext x on x.stxnamespace = s.oid join relation r on r.oid = x.stxrelid
where not exists (select from member m where m.classid = 'pg_statistic_ext'::regclass and m.objid = x.oid))";

}  // namespace

std::vector<std::string> dumpRelationQueries() {
  return {fmt::format(sequences, dumpSequenceOptions),
          views,
          fillings,
          indexes,
          triggers,
          systemTriggers,
          rules,
          policies,
          statistics};
}

}  // namespace hotswap::db::postgres
