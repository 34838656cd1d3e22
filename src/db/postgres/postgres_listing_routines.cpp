#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* functions = R"(
select case p.prokind when 'p' then 'procedure ' else 'function ' end || s.name || '.' || quote_ident(p.proname)
    || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  'owner ' || quote_ident(pg_get_userbyid(p.proowner)) || ', ' || pg_get_functiondef(p.oid)
from schema_ s join pg_proc p on p.pronamespace = s.oid
where p.prokind <> 'a' and not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid))";

constexpr const char* aggregates = R"(
select 'aggregate ' || s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  concat_ws(', ',
    'owner ' || quote_ident(pg_get_userbyid(p.proowner)),
    'returns ' || format_type(p.prorettype, null), 'kind ' || a.aggkind::text, 'direct arguments ' || a.aggnumdirectargs,
    'transition ' || a.aggtransfn::regprocedure || ' of ' || format_type(a.aggtranstype, null) || ' space ' || a.aggtransspace,
    'initial ' || quote_literal(a.agginitval),
    'final ' || nullif(a.aggfinalfn::oid, 0)::regprocedure || case when a.aggfinalextra then ' extra ' else ' ' end || a.aggfinalmodify::text,
    'combine ' || nullif(a.aggcombinefn::oid, 0)::regprocedure,
    'serialize ' || nullif(a.aggserialfn::oid, 0)::regprocedure, 'deserialize ' || nullif(a.aggdeserialfn::oid, 0)::regprocedure,
    'moving transition ' || nullif(a.aggmtransfn::oid, 0)::regprocedure || ' of ' || format_type(a.aggmtranstype, null) || ' space ' || a.aggmtransspace,
    'moving inverse ' || nullif(a.aggminvtransfn::oid, 0)::regprocedure,
    'moving initial ' || quote_literal(a.aggminitval),
    'moving final ' || nullif(a.aggmfinalfn::oid, 0)::regprocedure || case when a.aggmfinalextra then ' extra ' else ' ' end || a.aggmfinalmodify::text,
    'sort operator ' || nullif(a.aggsortop, 0)::regoperator, 'parallel ' || p.proparallel::text)
from schema_ s join pg_proc p on p.pronamespace = s.oid join pg_aggregate a on a.aggfnoid = p.oid
where not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid))";

}  // namespace

std::vector<std::string> routineQueries() { return {functions, aggregates}; }

}  // namespace hotswap::db::postgres
