#include <fmt/format.h>

#include "db/postgres/dump/dump_queries.h"

namespace hotswap::db::postgres {

namespace {

/// Types without those that come with something else: rows of tables, arrays, multiranges. The statement of a domain is
/// left open for its constraints.
constexpr const char* types = R"(
, type_ as (
  select t.*, s.name || '.' || quote_ident(t.typname) as name
  from schema_ s join pg_type t on t.typnamespace = s.oid left join pg_class c on c.oid = t.typrelid
  where (t.typtype <> 'c' or c.relkind = 'c') and t.typtype <> 'm'
    and not exists (select from pg_type e where e.typarray = t.oid)
    and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
select 'pg_type'::regclass::oid, t.oid, 'type', t.name, '0',
  case t.typtype
    when 'e' then 'CREATE TYPE ' || t.name || ' AS ENUM (' || coalesce((
      select E'\n    ' || string_agg(quote_literal(e.enumlabel), E',\n    ' order by e.enumsortorder) || E'\n'
      from pg_enum e where e.enumtypid = t.oid), '') || ');'
    when 'c' then 'CREATE TYPE ' || t.name || ' AS (' || coalesce((
      select E'\n    ' || string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        case when a.attcollation <> y.typcollation then (
          select 'COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
          from pg_collation l join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation) end), E',\n    ' order by a.attnum) || E'\n'
      from pg_attribute a join pg_type y on y.oid = a.atttypid
      where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '') || ');'
    when 'd' then concat_ws(' ', 'CREATE DOMAIN ' || t.name || ' AS ' || format_type(t.typbasetype, t.typtypmod),
      case when t.typcollation <> b.typcollation then (
        select 'COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
        from pg_collation l join pg_namespace n on n.oid = l.collnamespace where l.oid = t.typcollation) end,
      'DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
      case when t.typnotnull then 'NOT NULL' end)
    when 'r' then (
      select 'CREATE TYPE ' || t.name || E' AS RANGE (\n    ' || concat_ws(E',\n    ', 'SUBTYPE = ' || format_type(g.rngsubtype, null),
        (select 'SUBTYPE_OPCLASS = ' || quote_ident(n.nspname) || '.' || quote_ident(o.opcname)
         from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where o.oid = g.rngsubopc and not o.opcdefault),
        (select 'COLLATION = ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
         from pg_collation l join pg_namespace n on n.oid = l.collnamespace join pg_type y on y.oid = g.rngsubtype
         where l.oid = g.rngcollation and l.oid <> y.typcollation),
        'CANONICAL = ' || nullif(g.rngcanonical::oid, 0)::regproc, 'SUBTYPE_DIFF = ' || nullif(g.rngsubdiff::oid, 0)::regproc,
        'MULTIRANGE_TYPE_NAME = ' || ((to_jsonb(g) ->> 'rngmultitypid')::oid)::regtype) || E'\n);'
      from pg_range g where g.rngtypid = t.oid)
    when 'p' then 'CREATE TYPE ' || t.name || ';'
    else 'CREATE TYPE ' || t.name || E' (\n    ' || concat_ws(E',\n    ', 'INPUT = ' || t.typinput::regproc, 'OUTPUT = ' || t.typoutput::regproc,
      'RECEIVE = ' || nullif(t.typreceive::oid, 0)::regproc, 'SEND = ' || nullif(t.typsend::oid, 0)::regproc,
      'TYPMOD_IN = ' || nullif(t.typmodin::oid, 0)::regproc, 'TYPMOD_OUT = ' || nullif(t.typmodout::oid, 0)::regproc,
      'ANALYZE = ' || nullif(t.typanalyze::oid, 0)::regproc, 'SUBSCRIPT = ' || nullif(to_jsonb(t) ->> 'typsubscript', '-'),
      'INTERNALLENGTH = ' || case when t.typlen < 0 then 'VARIABLE' else t.typlen::text end, case when t.typbyval then 'PASSEDBYVALUE' end,
      'ALIGNMENT = ' || case t.typalign when 'c' then 'char' when 's' then 'int2' when 'i' then 'int4' else 'double' end,
      'STORAGE = ' || case t.typstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end,
      'CATEGORY = ' || quote_literal(t.typcategory::text), case when t.typispreferred then 'PREFERRED = true' end,
      'DEFAULT = ' || quote_literal(t.typdefault), 'ELEMENT = ' || nullif(t.typelem, 0)::regtype, 'DELIMITER = ' || quote_literal(t.typdelim::text),
      case when t.typcollation <> 0 then 'COLLATABLE = true' end) || E'\n);'
  end
from type_ t left join pg_type b on b.oid = t.typbasetype)";

/// A cast belongs to no schema: those with a number above the server's own are the user's, unless they come with a
/// range.
constexpr const char* casts = R"(
select 'pg_cast'::regclass::oid, c.oid, 'cast', format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null), '0',
  'CREATE CAST (' || format_type(c.castsource, null) || ' AS ' || format_type(c.casttarget, null) || ')'
  || case c.castmethod when 'b' then ' WITHOUT FUNCTION' when 'i' then ' WITH INOUT' else ' WITH FUNCTION ' || c.castfunc::regprocedure end
  || case c.castcontext when 'a' then ' AS ASSIGNMENT' when 'i' then ' AS IMPLICIT' else '' end || ';'
from pg_cast c
where c.oid >= 16384 and not exists (select from member m where m.classid = 'pg_cast'::regclass and m.objid = c.oid)
  and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i'))";

/// {0}: the locale of the providers that need one, which has moved from version to version.
constexpr const char* collations = R"(
select 'pg_collation'::regclass::oid, c.oid, 'collation', s.name || '.' || quote_ident(c.collname), '0',
  'CREATE COLLATION ' || s.name || '.' || quote_ident(c.collname) || ' (' || concat_ws(', ',
    'PROVIDER = ' || case c.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' else 'default' end,
    case when c.collprovider <> 'c' then 'LOCALE = ' || quote_literal({0})
      when c.collcollate = c.collctype then 'LOCALE = ' || quote_literal(c.collcollate)
      else 'LC_COLLATE = ' || quote_literal(c.collcollate) || ', LC_CTYPE = ' || quote_literal(c.collctype) end,
    case when not c.collisdeterministic then 'DETERMINISTIC = false' end,
    'RULES = ' || quote_literal(to_jsonb(c) ->> 'collicurules')) || ');'
from schema_ s join pg_collation c on c.collnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_collation'::regclass and m.objid = c.oid))";

constexpr const char* conversions = R"(
select 'pg_conversion'::regclass::oid, c.oid, 'conversion', s.name || '.' || quote_ident(c.conname), '0',
  'CREATE ' || case when c.condefault then 'DEFAULT ' else '' end || 'CONVERSION ' || s.name || '.' || quote_ident(c.conname)
  || ' FOR ' || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO ' || quote_literal(pg_encoding_to_char(c.contoencoding))
  || ' FROM ' || c.conproc::oid::regproc || ';'
from schema_ s join pg_conversion c on c.connamespace = s.oid
where not exists (select from member m where m.classid = 'pg_conversion'::regclass and m.objid = c.oid))";

}  // namespace

std::vector<std::string> dumpTypeQueries(int serverVersion) {
  const char* locale = serverVersion >= 150000
                           ? "coalesce(to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale')"
                           : "c.collcollate";
  return {types, casts, fmt::format(collations, locale), conversions};
}

/// Columns: number of the domain, catalog and number of the constraint, quoted name, definition, validated, the
/// domain's name.
const char* const dumpDomainConstraints = R"(
select c.contypid, 'pg_constraint'::regclass::oid, c.oid, quote_ident(c.conname), pg_get_constraintdef(c.oid), c.convalidated,
  s.name || '.' || quote_ident(t.typname)
from pg_constraint c join pg_type t on t.oid = c.contypid join schema_ s on s.oid = t.typnamespace
where c.contype = 'c' and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
order by 7, c.conname)";

}  // namespace hotswap::db::postgres
