// The objects a statement makes, drops and needs, as its text names them.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "db/postgres/postgres_script.h"

namespace hotswap::db {
namespace {

/// `table app.t, column t.a?`: each object, a question mark where the statement allows for it to be missing or there.
std::string list(const std::vector<ObjectReference>& objects) {
  const char* kinds[] = {"table", "column", "index",      "view",    "sequence", "function",
                         "type",  "schema", "constraint", "trigger", "other"};
  std::string text;
  for (const auto& object : objects) {
    if (object.kind == ObjectReference::Kind::Type && object.schema == "pg_catalog") continue;
    if (!text.empty()) text += ", ";
    text += std::string(kinds[static_cast<int>(object.kind)]) + " ";
    if (!object.schema.empty()) text += object.schema + ".";
    if (!object.table.empty()) text += object.table + ":";
    text += object.name + (object.ifExists ? "?" : "");
  }
  return text;
}

struct Expectation {
  std::string sql;
  std::string makes;
  std::string drops;
  std::string needs;
  friend std::ostream& operator<<(std::ostream& out, const Expectation& expectation) { return out << expectation.sql; }
};

class EveryReference : public testing::TestWithParam<Expectation> {};

TEST_P(EveryReference, IsFound) {
  const ParsedScript parsed = postgres::PostgresScript().parse(GetParam().sql);
  ASSERT_FALSE(parsed.error) << parsed.error->message;
  ASSERT_EQ(parsed.statements.size(), 1U);
  EXPECT_EQ(list(parsed.statements[0].makes), GetParam().makes);
  EXPECT_EQ(list(parsed.statements[0].drops), GetParam().drops);
  EXPECT_EQ(list(parsed.statements[0].needs), GetParam().needs);
}

using E = Expectation;
INSTANTIATE_TEST_SUITE_P(
    Tables, EveryReference,
    testing::Values(
        E{"create table app.t (a int)", "table app.t", "", ""},
        E{"create table if not exists t (a int)", "table t?", "", ""},
        E{"create temp table t (a int)", "table pg_temp.t", "", ""},
        E{"create table \"My Table\" (a int)", "table My Table", "", ""},
        E{"create table t (a int references p (id), b app.mood, c mood[], d serial)", "table t", "",
          "table p, column p:id, type app.mood, type mood"},
        E{"create table t (id int primary key, up int references t (id))", "table t", "", ""},
        E{"create table t (a int constraint k primary key, constraint u unique (a))", "table t, index t:k, index t:u",
          "", ""},
        E{"create table t (like s) inherits (p)", "table t", "", "table p, table s"},
        E{"create table t partition of app.p default", "table t", "", "table app.p"},
        E{"create function f(a other.c%type) returns trigger language sql as ''", "function f", "", "type trigger"},
        E{"create table t as select * from s", "table t", "", "table s"},
        E{"select * into t from s", "table t", "", "table s"},
        E{"drop table if exists a, app.b", "", "table a?, table app.b?", ""},
        E{"alter table t add a int, add if not exists b text", "column t:a, column t:b?", "", "table t, type text"},
        E{"alter table if exists t add a int", "column t:a", "", "table t?"},
        E{"alter table t add a int, add constraint c foreign key (a) references app.p (id)",
          "column t:a, constraint t:c", "", "table t, table app.p, column app.p:id"},
        E{"alter table t add constraint c unique (a, b)", "index t:c, constraint t:c", "",
          "table t, column t:a, column t:b"},
        E{"alter table t add constraint c primary key using index i", "index t:c, constraint t:c", "index i",
          "table t"},
        E{"alter table t add primary key using index i", "constraint t:i", "", "table t, index i"},
        E{"alter table t drop column if exists a, drop b", "", "column t:a?, column t:b", "table t"},
        E{"alter table t drop constraint c", "", "constraint t:c", "table t"},
        E{"alter table t validate constraint c", "", "", "table t, constraint t:c"},
        E{"alter table t alter a set not null, alter b type app.mood", "", "",
          "table t, column t:a, column t:b, type app.mood"},
        E{"alter table t attach partition p for values in (1)", "", "", "table t, table p"},
        E{"alter table t enable trigger g", "", "", "table t, trigger t:g"},
        E{"alter table t enable trigger all", "", "", "table t"},
        E{"alter table app.t rename to s", "table app.s", "table app.t", ""},
        E{"alter table app.t rename a to b", "column app.t:b", "column app.t:a", "table app.t"},
        E{"alter table t rename constraint a to b", "constraint t:b", "constraint t:a", "table t"},
        E{"alter table if exists t set schema s", "table s.t", "table t?", "schema s"},
        E{"truncate a, only b", "", "", "table a, table b"}, E{"lock table a, b", "", "", "table a, table b"},
        E{"comment on column app.t.a is 'x'", "", "", "column app.t:a"},
        E{"comment on constraint c on app.t is 'x'", "", "", "constraint app.t:c"},
        E{"comment on trigger g on t is 'x'", "", "", "trigger t:g"},
        E{"grant select on a, app.b to bob", "", "", "table a, table app.b"},
        E{"grant usage on schema s to bob", "", "", "schema s"},
        E{"grant execute on function f(int) to bob", "", "", "function f"}));

INSTANTIATE_TEST_SUITE_P(
    Others, EveryReference,
    testing::Values(
        E{"create index i on app.t (a, lower(b)) include (c)", "index app.t:i", "",
          "table app.t, column app.t:a, column app.t:c"},
        E{"create index on t (a)", "", "", "table t, column t:a"},
        E{"create index if not exists i on t ((a + 1))", "index t:i?", "", "table t"},
        E{"drop index app.i", "", "index app.i", ""}, E{"alter index i rename to j", "index j", "index i", ""},
        E{"reindex index app.i", "", "", "index app.i"}, E{"vacuum a (x), b", "", "", "table a, column a:x, table b"},
        E{"create view v as select * from a join b using (id) where exists (select from c)", "view v", "",
          "table a, table b, table c"},
        E{"create or replace view v as select 1", "view v?", "", ""},
        E{"create recursive view v (n) as values (1) union all select n + 1 from v", "view v", "", ""},
        E{"create materialized view if not exists v as select * from t", "view v?", "", "table t"},
        E{"refresh materialized view app.v", "", "", "view app.v"}, E{"drop materialized view v", "", "view v", ""},
        E{"create schema if not exists s", "schema s?", "", ""},
        E{"create schema authorization bob", "schema bob", "", ""},
        E{"create schema s create table t (a int) create view v as select * from t", "schema s, table s.t, view s.v",
          "", ""},
        E{"drop schema a, b", "", "schema a, schema b", ""},
        E{"alter schema a rename to b", "schema b", "schema a", ""},
        E{"create function app.f(a mood) returns setof app.r language sql as ''", "function app.f", "",
          "type mood, type app.r"},
        E{"create or replace function f() returns void language sql as ''", "function f?", "", "type void"},
        E{"create function f() returns int begin atomic select a from t; end", "function f", "", "table t"},
        E{"drop function if exists app.f(int), g", "", "function app.f?, function g?", ""},
        E{"call app.p()", "", "", "function app.p"},
        E{"create trigger g before update of a on t for each row execute function app.f()", "trigger t:g", "",
          "table t, function app.f, column t:a"},
        E{"drop trigger if exists g on app.t", "", "trigger app.t:g?", ""},
        E{"create sequence if not exists s", "sequence s?", "", ""},
        E{"alter sequence if exists s restart", "", "", "sequence s?"}, E{"drop sequence s", "", "sequence s", ""},
        E{"create type app.m as enum ('a')", "type app.m", "", ""},
        E{"create domain d as app.m", "type d", "", "type app.m"}, E{"drop type app.m", "", "type app.m", ""},
        E{"drop domain if exists d", "", "type d?", ""}, E{"alter type m add value 'b'", "", "", "type m"},
        E{"alter type m rename to n", "type n", "type m", ""},
        E{"create extension if not exists hstore", "other hstore?", "", ""},
        E{"drop extension hstore", "", "other hstore", ""},
        E{"create publication p for table a, app.b", "", "", "table a, table app.b"}));

INSTANTIATE_TEST_SUITE_P(
    Queries, EveryReference,
    testing::Values(
        E{"insert into t (a, b) select * from s", "", "", "table t, table s, column t:a, column t:b"},
        E{"update t set a = (select max(x) from u) from s where s.id = t.id", "", "",
          "table t, table u, table s, column t:a"},
        E{"delete from only app.t using s", "", "", "table app.t, table s"},
        E{"merge into t using s on true when not matched then insert values (1)", "", "", "table t, table s"},
        E{"with a as (select * from t), b as (select * from a) select * from a, b, c", "", "", "table t, table c"},
        E{"with a as (select * from a) select * from a", "", "", "table a"},
        E{"with recursive a as (select 1 union all select * from a) select * from a", "", "", ""},
        E{"with a as (select 1) select * from app.a", "", "", "table app.a"},
        E{"select * from (with a as (select 1) select * from a) x, a", "", "", "table a"},
        E{"with a as (select 1) insert into a select * from a", "", "", "table a"},
        E{"select * from t x for update of x", "", "", "table t"}, E{"select * from t x, t y", "", "", "table t"},
        E{"select * from f(1), unnest(array[1])", "", "", ""},
        E{"copy app.t (a) from '/file'", "", "", "table app.t, column app.t:a"},
        E{"copy (select * from a) to '/file'", "", "", "table a"},
        E{"explain analyze select * from t", "", "", "table t"},
        E{"create rule r as on insert to t do instead insert into s values (new.a)", "", "", "table t, table s"},
        E{"create policy p on t using (exists (select from s))", "", "", "table t"},
        E{"do $$ begin perform 1 from hidden; end $$", "", "", ""}));

}  // namespace
}  // namespace hotswap::db
