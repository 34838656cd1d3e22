#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

/// Roles belong to the whole server, where others may make and change them for databases of their own: only those that
/// something in this database refers to (as owner, in a grant or a policy) are told.
constexpr const char* known = R"(
, known as materialized (
  select r.*, quote_ident(r.rolname) as name from pg_roles r
  where r.oid in (select d.refobjid from pg_shdepend d
                  where d.refclassid = 'pg_authid'::regclass and d.dbid = (select oid from pg_database where datname = current_database()))
    or r.oid = (select datdba from pg_database where datname = current_database())))";

/// Passwords are not seen by anybody but superusers, and are not looked at.
constexpr const char* roles = R"(
select 'role ' || k.name || ' of the whole server', concat_ws(', ',
  case when k.rolsuper then 'superuser' end, case when not k.rolinherit then 'noinherit' end, case when k.rolcreaterole then 'createrole' end,
  case when k.rolcreatedb then 'createdb' end, case when k.rolcanlogin then 'login' else 'nologin' end,
  case when k.rolreplication then 'replication' end, case when k.rolbypassrls then 'bypassrls' end,
  'connection limit ' || nullif(k.rolconnlimit, -1), 'valid until ' || (k.rolvaliduntil at time zone 'UTC'))
from known k)";

/// From both sides: what a known role may use, and who may use what is a known role's. Newer versions keep a membership
/// for each grantor, with more options, which are read through JSON.
constexpr const char* memberships = R"(
select 'membership of role ' || quote_ident(m.rolname) || ' in role ' || quote_ident(g.rolname) || ' of the whole server',
  'given ' || string_agg(concat_ws(', ', case when a.admin_option then 'with admin option' end,
    'inherit ' || (to_jsonb(a) ->> 'inherit_option'), 'set ' || (to_jsonb(a) ->> 'set_option')), '; '
    order by a.admin_option, to_jsonb(a) ->> 'inherit_option', to_jsonb(a) ->> 'set_option')
from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
where a.member in (select oid from known) or a.roleid in (select oid from known)
group by m.rolname, g.rolname)";

constexpr const char* settings = R"(
select 'setting ' || split_part(o, '=', 1) || ' of ' || coalesce('role ' || k.name, 'all roles') || ' of the whole server',
  case when split_part(o, '=', 1) ~* '(pass|secret|token|key|credential)' then '****' else substr(o, strpos(o, '=') + 1) end
from pg_db_role_setting g left join known k on k.oid = g.setrole, unnest(g.setconfig) o
where g.setdatabase = 0 and (g.setrole = 0 or k.oid is not null))";

constexpr const char* comments = R"(
select 'comment on role ' || k.name || ' of the whole server', shobj_description(k.oid, 'pg_authid')
from known k where shobj_description(k.oid, 'pg_authid') is not null)";

}  // namespace

std::vector<std::string> roleQueries() {
  std::vector<std::string> queries;
  for (const char* query : {roles, memberships, settings, comments}) queries.push_back(std::string(known) + query);
  return queries;
}

}  // namespace hotswap::db::postgres
