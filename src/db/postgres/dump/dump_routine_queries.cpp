#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// Without those that come with a range type.
constexpr const char* functions = R"(
select 'pg_proc'::regclass::oid, p.oid, 'function',
  s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', '0',
  rtrim(pg_get_functiondef(p.oid), E'\n') || ';'
from schema_ s join pg_proc p on p.pronamespace = s.oid
where p.prokind <> 'a' and not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'))";

constexpr const char* aggregates = R"(
select 'pg_proc'::regclass::oid, p.oid, 'function',
  s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', '0',
  'CREATE AGGREGATE ' || s.name || '.' || quote_ident(p.proname) || '(' || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || E') (\n    '
  || concat_ws(E',\n    ',
    'SFUNC = ' || a.aggtransfn::oid::regproc, 'STYPE = ' || format_type(a.aggtranstype, null), 'SSPACE = ' || nullif(a.aggtransspace, 0),
    'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::regproc, case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
    case when a.aggfinalfn::oid <> 0 and a.aggfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end then
      'FINALFUNC_MODIFY = ' || case a.aggfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
    'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::regproc, 'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::regproc,
    'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::regproc, 'INITCOND = ' || quote_literal(a.agginitval),
    'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::regproc, 'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
    'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), null), 'MSSPACE = ' || nullif(a.aggmtransspace, 0),
    'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::regproc, case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
    case when a.aggmfinalfn::oid <> 0 and a.aggmfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end then
      'MFINALFUNC_MODIFY = ' || case a.aggmfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
    'MINITCOND = ' || quote_literal(a.aggminitval),
    (select 'SORTOP = OPERATOR(' || quote_ident(n.nspname) || '.' || o.oprname || ')'
     from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oid = a.aggsortop),
    case p.proparallel when 's' then 'PARALLEL = SAFE' when 'r' then 'PARALLEL = RESTRICTED' end,
    case when a.aggkind = 'h' then 'HYPOTHETICAL' end) || E'\n);'
from schema_ s join pg_proc p on p.pronamespace = s.oid join pg_aggregate a on a.aggfnoid = p.oid
where not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid))";

}  // namespace

std::vector<std::string> dumpRoutineQueries() { return {functions, aggregates}; }

}  // namespace hotswap::db::postgres
