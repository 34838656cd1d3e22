#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* parsers = R"(
select 'pg_ts_parser'::regclass::oid, p.oid, 'text search', s.name || '.' || quote_ident(p.prsname), '0 parser',
  'CREATE TEXT SEARCH PARSER ' || s.name || '.' || quote_ident(p.prsname) || E' (\n    ' || concat_ws(E',\n    ',
    'START = ' || p.prsstart::oid::regproc, 'GETTOKEN = ' || p.prstoken::oid::regproc, 'END = ' || p.prsend::oid::regproc,
    'HEADLINE = ' || nullif(p.prsheadline::oid, 0)::regproc, 'LEXTYPES = ' || p.prslextype::oid::regproc) || E'\n);'
from schema_ s join pg_ts_parser p on p.prsnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_parser'::regclass and m.objid = p.oid))";

constexpr const char* templates = R"(
select 'pg_ts_template'::regclass::oid, t.oid, 'text search', s.name || '.' || quote_ident(t.tmplname), '1 template',
  'CREATE TEXT SEARCH TEMPLATE ' || s.name || '.' || quote_ident(t.tmplname) || ' ('
  || concat_ws(', ', 'INIT = ' || nullif(t.tmplinit::oid, 0)::regproc, 'LEXIZE = ' || t.tmpllexize::oid::regproc) || ');'
from schema_ s join pg_ts_template t on t.tmplnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_ts_template'::regclass and m.objid = t.oid))";

constexpr const char* dictionaries = R"(
select 'pg_ts_dict'::regclass::oid, d.oid, 'text search', s.name || '.' || quote_ident(d.dictname), '2 dictionary',
  'CREATE TEXT SEARCH DICTIONARY ' || s.name || '.' || quote_ident(d.dictname) || E' (\n    '
  || concat_ws(E',\n    ', 'TEMPLATE = ' || quote_ident(n.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption) || E'\n);'
from schema_ s join pg_ts_dict d on d.dictnamespace = s.oid
join pg_ts_template t on t.oid = d.dicttemplate join pg_namespace n on n.oid = t.tmplnamespace
where not exists (select from member m where m.classid = 'pg_ts_dict'::regclass and m.objid = d.oid))";

/// The names of token types are the parser's to tell; they are asked of the parser itself.
constexpr const char* configurations = R"(
select 'pg_ts_config'::regclass::oid, c.oid, 'text search', s.name || '.' || quote_ident(c.cfgname), '3 configuration',
  'CREATE TEXT SEARCH CONFIGURATION ' || s.name || '.' || quote_ident(c.cfgname) || ' (PARSER = ' || quote_ident(n.nspname) || '.' || quote_ident(p.prsname)
  || ');' || coalesce((
    select string_agg(E'\nALTER TEXT SEARCH CONFIGURATION ' || s.name || '.' || quote_ident(c.cfgname) || ' ADD MAPPING FOR ' || quote_ident(token.alias)
                        || ' WITH ' || token.dictionaries || ';', '' order by token.alias)
    from (select k.alias, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno) as dictionaries
          from pg_ts_config_map m join ts_token_type(c.cfgparser) k on k.tokid = m.maptokentype where m.mapcfg = c.oid group by k.alias) token), '')
from schema_ s join pg_ts_config c on c.cfgnamespace = s.oid
join pg_ts_parser p on p.oid = c.cfgparser join pg_namespace n on n.oid = p.prsnamespace
where not exists (select from member m where m.classid = 'pg_ts_config'::regclass and m.objid = c.oid))";

}  // namespace

std::vector<std::string> dumpTextSearchQueries() { return {parsers, templates, dictionaries, configurations}; }

}  // namespace hotswap::db::postgres
