#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* configurations = R"(
select 'text search configuration ' || s.name || '.' || quote_ident(c.cfgname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(c.cfgowner)),
  (select 'parser ' || quote_ident(n.nspname) || '.' || quote_ident(p.prsname)
   from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace where p.oid = c.cfgparser),
  (select string_agg(m.maptokentype || ': ' || m.mapdict::regdictionary, ', ' order by m.maptokentype, m.mapseqno)
   from pg_ts_config_map m where m.mapcfg = c.oid))
from schema_ s join pg_ts_config c on c.cfgnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_config'::regclass and m.objid = c.oid))";

constexpr const char* dictionaries = R"(
select 'text search dictionary ' || s.name || '.' || quote_ident(d.dictname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(d.dictowner)),
  (select 'template ' || quote_ident(n.nspname) || '.' || quote_ident(t.tmplname)
   from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace where t.oid = d.dicttemplate),
  'options ' || d.dictinitoption)
from schema_ s join pg_ts_dict d on d.dictnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_dict'::regclass and m.objid = d.oid))";

constexpr const char* parsers = R"(
select 'text search parser ' || s.name || '.' || quote_ident(p.prsname),
  concat_ws(', ', p.prsstart::text, p.prstoken::text, p.prsend::text, nullif(p.prsheadline::oid, 0)::regproc::text, p.prslextype::text)
from schema_ s join pg_ts_parser p on p.prsnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_parser'::regclass and m.objid = p.oid))";

constexpr const char* templates = R"(
select 'text search template ' || s.name || '.' || quote_ident(t.tmplname),
  concat_ws(', ', nullif(t.tmplinit::oid, 0)::regproc::text, t.tmpllexize::text)
from schema_ s join pg_ts_template t on t.tmplnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_template'::regclass and m.objid = t.oid))";

}  // namespace

std::vector<std::string> textSearchQueries() { return {configurations, dictionaries, parsers, templates}; }

}  // namespace hotswap::db::postgres
