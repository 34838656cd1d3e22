#include "db/postgres/postgres_listing.h"

namespace hotswap::db::postgres {

namespace {

constexpr const char* triggers = R"(
select 'trigger ' || r.name || '.' || quote_ident(t.tgname), concat_ws(', ',
  pg_get_triggerdef(t.oid),
  case t.tgenabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end)
from relation r join pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal)";

/// The server's own triggers behind foreign keys have names with numbers in them; only where somebody has switched one
/// off is it worth a line.
constexpr const char* systemTriggers = R"(
select 'system trigger ' || r.name || '.' || quote_ident(c.conname) || ' ' || t.tgfoid::regproc,
  string_agg(case t.tgenabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end, ', ' order by t.tgenabled)
from relation r join pg_trigger t on t.tgrelid = r.oid join pg_constraint c on c.oid = t.tgconstraint
where t.tgisinternal and t.tgenabled <> 'O' group by 1)";

constexpr const char* rules = R"(
select 'rule ' || r.name || '.' || quote_ident(w.rulename), concat_ws(', ',
  pg_get_ruledef(w.oid),
  case w.ev_enabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end)
from relation r join pg_rewrite w on w.ev_class = r.oid where w.rulename <> '_RETURN')";

constexpr const char* policies = R"(
select 'policy ' || r.name || '.' || quote_ident(p.polname), concat_ws(' ',
  case when p.polpermissive then 'permissive' else 'restrictive' end,
  case p.polcmd when 'r' then 'for select' when 'a' then 'for insert' when 'w' then 'for update' when 'd' then 'for delete' else 'for all' end,
  'to ' || (select string_agg(case when role = 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, ', '
                              order by case when role = 0 then 'public' else pg_get_userbyid(role) end) from unnest(p.polroles) role),
  'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
  'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
from relation r join pg_policy p on p.polrelid = r.oid)";

constexpr const char* statistics = R"(
select 'statistics ' || s.name || '.' || quote_ident(x.stxname), concat_ws(', ',
  pg_get_statisticsobjdef(x.oid), 'owner ' || quote_ident(pg_get_userbyid(x.stxowner)),
  'target ' || nullif(to_jsonb(x) ->> 'stxstattarget', '-1'))
from schema_ s join pg_statistic_ext x on x.stxnamespace = s.oid
where not exists (select from member m where m.classid = 'pg_statistic_ext'::regclass and m.objid = x.oid))";

}  // namespace

std::vector<std::string> tablePartQueries() { return {triggers, systemTriggers, rules, policies, statistics}; }

}  // namespace hotswap::db::postgres
