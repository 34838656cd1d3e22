#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

/// The user's types without those that come with something else: rows of tables, arrays, multiranges.
constexpr const char* types = R"(
, type_ as (
  select t.*, s.name || '.' || quote_ident(t.typname) as name
  from schema_ s join pg_type t on t.typnamespace = s.oid left join pg_class c on c.oid = t.typrelid
  where (t.typtype <> 'c' or c.relkind = 'c') and t.typtype <> 'm'
    and not exists (select from pg_type e where e.typarray = t.oid)
    and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid))
select case t.typtype when 'd' then 'domain ' else 'type ' end || t.name, concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(t.typowner)),
  case t.typtype
    when 'e' then 'enum (' || coalesce((select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                                        from pg_enum e where e.enumtypid = t.oid), '') || ')'
    when 'c' then 'composite (' || coalesce((
      select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        case when a.attcollation <> y.typcollation then (
          select 'collate ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
          from pg_collation l join pg_namespace n on n.oid = l.collnamespace where l.oid = a.attcollation) end), ', ' order by a.attnum)
      from pg_attribute a join pg_type y on y.oid = a.atttypid
      where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped), '') || ')'
    when 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
      case when t.typcollation <> b.typcollation then (
        select 'collate ' || quote_ident(n.nspname) || '.' || quote_ident(l.collname)
        from pg_collation l join pg_namespace n on n.oid = l.collnamespace where l.oid = t.typcollation) end,
      case when t.typnotnull then 'not null' end,
      'default ' || t.typdefault,
      (select string_agg('constraint ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid), ' ' order by c.conname)
       from pg_constraint c where c.contypid = t.oid))
    when 'r' then (select concat_ws(', ', 'range of ' || format_type(g.rngsubtype, null),
        'operator class ' || (select quote_ident(n.nspname) || '.' || quote_ident(o.opcname)
                              from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where o.oid = g.rngsubopc),
        'collation ' || (select quote_ident(n.nspname) || '.' || quote_ident(l.collname)
                         from pg_collation l join pg_namespace n on n.oid = l.collnamespace where l.oid = g.rngcollation),
        'canonical ' || nullif(g.rngcanonical::oid, 0)::regprocedure, 'difference ' || nullif(g.rngsubdiff::oid, 0)::regprocedure,
        'multirange ' || ((to_jsonb(g) ->> 'rngmultitypid')::oid)::regtype)
      from pg_range g where g.rngtypid = t.oid)
    when 'p' then 'shell'
    else concat_ws(', ', 'base', 'input ' || t.typinput::regproc, 'output ' || t.typoutput::regproc,
      'receive ' || nullif(t.typreceive::oid, 0)::regproc, 'send ' || nullif(t.typsend::oid, 0)::regproc,
      'typmod in ' || nullif(t.typmodin::oid, 0)::regproc, 'typmod out ' || nullif(t.typmodout::oid, 0)::regproc,
      'analyze ' || nullif(t.typanalyze::oid, 0)::regproc, 'length ' || t.typlen, 'alignment ' || t.typalign::text,
      'storage ' || t.typstorage::text, 'category ' || t.typcategory::text, case when t.typispreferred then 'preferred' end,
      case when t.typbyval then 'by value' end, 'delimiter ' || t.typdelim::text, 'default ' || t.typdefault,
      'element ' || nullif(t.typelem, 0)::regtype)
  end)
from type_ t left join pg_type b on b.oid = t.typbasetype)";

/// A cast belongs to no schema: those with a number above the server's own are the user's.
constexpr const char* casts = R"(
select 'cast (' || format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null) || ')', concat_ws(', ',
  case c.castmethod when 'b' then 'without function' when 'i' then 'with inout' else 'with function ' || c.castfunc::regprocedure end,
  case c.castcontext when 'a' then 'as assignment' when 'i' then 'implicit' else 'explicit' end)
from pg_cast c
where c.oid >= 16384 and not exists (select from member m where m.classid = 'pg_cast'::regclass and m.objid = c.oid))";

constexpr const char* collations = R"(
select 'collation ' || s.name || '.' || quote_ident(c.collname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(c.collowner)), 'provider ' || c.collprovider::text,
  case when not c.collisdeterministic then 'not deterministic' end, 'collate ' || c.collcollate, 'ctype ' || c.collctype,
  'locale ' || coalesce(to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale'),
  'rules ' || (to_jsonb(c) ->> 'collicurules'))
from schema_ s join pg_collation c on c.collnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_collation'::regclass and m.objid = c.oid))";

constexpr const char* conversions = R"(
select 'conversion ' || s.name || '.' || quote_ident(c.conname), concat_ws(', ',
  'owner ' || quote_ident(pg_get_userbyid(c.conowner)),
  'from ' || pg_encoding_to_char(c.conforencoding) || ' to ' || pg_encoding_to_char(c.contoencoding),
  'function ' || c.conproc::regprocedure, case when c.condefault then 'default' end)
from schema_ s join pg_conversion c on c.connamespace = s.oid
where not exists (select from member m where m.classid = 'pg_conversion'::regclass and m.objid = c.oid))";

}  // namespace

std::vector<std::string> typeQueries() { return {types, casts, collations, conversions}; }

}  // namespace hotswap::db::postgres
