#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* operators = R"(
select 'operator ' || s.name || '.' || o.oprname || '(' || case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end
    || ', ' || format_type(o.oprright, null) || ')',
  concat_ws(', ', 'owner ' || quote_ident(pg_get_userbyid(o.oprowner)),
    case when o.oprcode = 0 then 'shell' else 'function ' || o.oprcode::oid::regprocedure end,
    'commutator ' || nullif(o.oprcom, 0)::regoperator, 'negator ' || nullif(o.oprnegate, 0)::regoperator,
    'restrict ' || nullif(o.oprrest::oid, 0)::regproc, 'join ' || nullif(o.oprjoin::oid, 0)::regproc,
    case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end)
from schema_ s join pg_operator o on o.oprnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_operator'::regclass and m.objid = o.oid))";

constexpr const char* classes = R"(
select 'operator class ' || s.name || '.' || quote_ident(o.opcname) || ' using ' || quote_ident(a.amname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(o.opcowner)), 'type ' || format_type(o.opcintype, null), case when o.opcdefault then 'default' end,
  (select 'family ' || quote_ident(n.nspname) || '.' || quote_ident(f.opfname)
   from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace where f.oid = o.opcfamily),
  'storage ' || nullif(o.opckeytype, 0)::regtype)
from schema_ s join pg_opclass o on o.opcnamespace = s.oid join pg_am a on a.oid = o.opcmethod
where not exists (select from member m where m.classid = 'pg_opclass'::regclass and m.objid = o.oid))";

/// What is in a family, whether it came with a class or was added to it.
constexpr const char* families = R"(
select 'operator family ' || s.name || '.' || quote_ident(f.opfname) || ' using ' || quote_ident(a.amname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(f.opfowner)),
  (select string_agg('operator ' || p.amopstrategy || ' ' || p.amopopr::regoperator || case p.amoppurpose when 'o' then ' for order by' else '' end,
                     ', ' order by p.amopstrategy, p.amopopr::regoperator::text) from pg_amop p where p.amopfamily = f.oid),
  (select string_agg('function ' || p.amprocnum || ' (' || format_type(p.amproclefttype, null) || ', ' || format_type(p.amprocrighttype, null)
                       || ') ' || p.amproc::oid::regprocedure,
                     ', ' order by p.amprocnum, p.amproc::oid::regprocedure::text, format_type(p.amproclefttype, null), format_type(p.amprocrighttype, null))
   from pg_amproc p where p.amprocfamily = f.oid))
from schema_ s join pg_opfamily f on f.opfnamespace = s.oid join pg_am a on a.oid = f.opfmethod
where not exists (select from member m where m.classid = 'pg_opfamily'::regclass and m.objid = f.oid))";

}  // namespace

std::vector<std::string> operatorQueries() { return {operators, classes, families}; }

}  // namespace hotswap::db::postgres
