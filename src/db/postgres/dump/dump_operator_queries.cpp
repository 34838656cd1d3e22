#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// A shell stands for an operator that another one names and nobody has made; it comes with that other one.
constexpr const char* operators = R"(
select 'pg_operator'::regclass::oid, o.oid, 'operator',
  s.name || '.' || o.oprname || '(' || case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end || ', '
    || format_type(o.oprright, null) || ')', '0',
  'CREATE OPERATOR ' || s.name || '.' || o.oprname || E' (\n    ' || concat_ws(E',\n    ', 'FUNCTION = ' || o.oprcode::oid::regproc,
    'LEFTARG = ' || format_type(nullif(o.oprleft, 0), null), 'RIGHTARG = ' || format_type(o.oprright, null),
    (select 'COMMUTATOR = OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
     from pg_operator x join pg_namespace n on n.oid = x.oprnamespace where x.oid = o.oprcom),
    (select 'NEGATOR = OPERATOR(' || quote_ident(n.nspname) || '.' || x.oprname || ')'
     from pg_operator x join pg_namespace n on n.oid = x.oprnamespace where x.oid = o.oprnegate),
    'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
    case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end) || E'\n);'
from schema_ s join pg_operator o on o.oprnamespace = s.oid
where o.oprcode <> 0 and not exists (select from member m where m.classid = 'pg_operator'::regclass and m.objid = o.oid))";

/// What belongs to a class and what is loose in its family is told by whom it depends on.
constexpr const char* part = R"(
, part as (
  select d.refclassid, d.refobjid, concat_ws(' ', 'OPERATOR', p.amopstrategy, p.amopopr::regoperator,
      (select 'FOR ORDER BY ' || quote_ident(n.nspname) || '.' || quote_ident(f.opfname)
       from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace where f.oid = p.amopsortfamily)) as text,
    1 as kind, p.amopstrategy as number, p.amopopr::regoperator::text as name
  from pg_depend d join pg_amop p on p.oid = d.objid
  where d.classid = 'pg_amop'::regclass and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
  union all
  select d.refclassid, d.refobjid, 'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, null) || ', '
      || format_type(p.amprocrighttype, null) || ') ' || p.amproc::oid::regprocedure,
    2, p.amprocnum, format_type(p.amproclefttype, null) || format_type(p.amprocrighttype, null)
  from pg_depend d join pg_amproc p on p.oid = d.objid
  where d.classid = 'pg_amproc'::regclass and d.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass)))";

constexpr const char* families = R"(
select 'pg_opfamily'::regclass::oid, f.oid, 'operator family', s.name || '.' || quote_ident(f.opfname) || ' using ' || quote_ident(a.amname), '0',
  'CREATE OPERATOR FAMILY ' || s.name || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(a.amname) || ';'
from schema_ s join pg_opfamily f on f.opfnamespace = s.oid join pg_am a on a.oid = f.opfmethod
where not exists (select from member m where m.classid = 'pg_opfamily'::regclass and m.objid = f.oid))";

constexpr const char* classes = R"(
select 'pg_opclass'::regclass::oid, o.oid, 'operator class', s.name || '.' || quote_ident(o.opcname) || ' using ' || quote_ident(a.amname), '0',
  'CREATE OPERATOR CLASS ' || s.name || '.' || quote_ident(o.opcname) || E'\n    ' || case when o.opcdefault then 'DEFAULT ' else '' end
  || 'FOR TYPE ' || format_type(o.opcintype, null) || ' USING ' || quote_ident(a.amname)
  || ' FAMILY ' || quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || E' AS\n    '
  || concat_ws(E',\n    ', 'STORAGE ' || case when o.opckeytype <> 0 or not exists (
                                           select from part where refclassid = 'pg_opclass'::regclass and refobjid = o.oid)
                                         then format_type(coalesce(nullif(o.opckeytype, 0), o.opcintype), null) end,
    (select string_agg(text, E',\n    ' order by kind, number, name) from part where refclassid = 'pg_opclass'::regclass and refobjid = o.oid)) || ';'
from schema_ s join pg_opclass o on o.opcnamespace = s.oid join pg_am a on a.oid = o.opcmethod
join pg_opfamily f on f.oid = o.opcfamily join pg_namespace n on n.oid = f.opfnamespace
where not exists (select from member m where m.classid = 'pg_opclass'::regclass and m.objid = o.oid))";

/// Each is told apart, as an object of its own: what it needs is not what the family needs.
constexpr const char* loose = R"(
, added as (
  select f.oid, s.name || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(a.amname) as name,
    (select string_agg(text, E',\n    ' order by kind, number, name) from part where refclassid = 'pg_opfamily'::regclass and refobjid = f.oid) as parts
  from schema_ s join pg_opfamily f on f.opfnamespace = s.oid join pg_am a on a.oid = f.opfmethod
  where not exists (select from member m where m.classid = 'pg_opfamily'::regclass and m.objid = f.oid))
select 'pg_amop'::regclass::oid, oid, 'operator family members', name, '0', 'ALTER OPERATOR FAMILY ' || name || E' ADD\n    ' || parts || ';'
from added where parts is not null)";

}  // namespace

std::vector<std::string> dumpOperatorQueries() {
  return {operators, families, std::string(part) + classes, std::string(part) + loose};
}

}  // namespace hotswap::db::postgres
