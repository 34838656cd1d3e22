// What the grammar tells of each kind of statement: its name, its locks, and what it does.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "db/postgres/postgres_script.h"

namespace hotswap::db {
namespace {

/// One line that says everything of a statement but its objects, e.g. `Strong, alone, destructive`.
std::string summary(const Statement& statement) {
  const char* locks[] = {"Strong", "Weak", "Data", "None"};
  std::string text = locks[static_cast<int>(statement.lockClass)];
  const auto flag = [&](bool on, const char* name) {
    if (on) text += std::string(", ") + name;
  };
  flag(!statement.transactional, "alone");
  flag(statement.changesData, "data");
  flag(statement.transactionControl, "control");
  flag(statement.additive, "additive");
  flag(statement.destructive, "destructive");
  flag(statement.rewrites, "rewrites");
  flag(statement.opaque, "opaque");
  flag(statement.clientCopy, "client");
  flag(statement.setsSearchPath, "path");
  flag(statement.concurrentBuild.has_value(), "concurrent");
  return text;
}

struct Expectation {
  std::string sql;
  std::string kind;
  std::string summary;
  friend std::ostream& operator<<(std::ostream& out, const Expectation& expectation) { return out << expectation.sql; }
};

class EveryStatement : public testing::TestWithParam<Expectation> {};

TEST_P(EveryStatement, IsDescribedAsItIs) {
  const ParsedScript parsed = postgres::PostgresScript().parse(GetParam().sql);
  ASSERT_FALSE(parsed.error) << parsed.error->message;
  ASSERT_EQ(parsed.statements.size(), 1U);
  EXPECT_EQ(parsed.statements[0].kind, GetParam().kind);
  EXPECT_EQ(summary(parsed.statements[0]), GetParam().summary);
}

using E = Expectation;
INSTANTIATE_TEST_SUITE_P(
    Tables, EveryStatement,
    testing::Values(E{"create table t (a int)", "CREATE TABLE", "Strong, additive"},
                    E{"create unlogged table if not exists t (a int)", "CREATE TABLE", "Strong, additive"},
                    E{"create temp table t (a int)", "CREATE TABLE", "Strong, additive"},
                    E{"create table t (a int references p)", "CREATE TABLE", "Strong"},
                    E{"create table t (id int primary key, parent int references t (id))", "CREATE TABLE",
                      "Strong, additive"},
                    E{"create table t (like s including all)", "CREATE TABLE", "Strong, additive"},
                    E{"create table t () inherits (p)", "CREATE TABLE", "Strong"},
                    E{"create table t partition of p for values in (1)", "CREATE TABLE", "Strong"},
                    E{"create table t (a int) partition by list (a)", "CREATE TABLE", "Strong, additive"},
                    E{"create foreign table t (a int) server s", "CREATE FOREIGN TABLE", "Strong, additive"},
                    E{"create table t as select * from s", "CREATE TABLE AS", "Weak, additive"},
                    E{"create table t as select danger()", "CREATE TABLE AS", "Weak, opaque"},
                    E{"select a into t from s", "SELECT INTO", "Weak, additive"},
                    E{"drop table t", "DROP TABLE", "Strong, destructive"},
                    E{"drop table t cascade", "DROP TABLE", "Strong, destructive, opaque"},
                    E{"truncate t", "TRUNCATE TABLE", "Strong, data, destructive"},
                    E{"truncate t cascade", "TRUNCATE TABLE", "Strong, data, destructive, opaque"},
                    E{"lock table t", "LOCK TABLE", "Strong"},
                    E{"lock table t in share update exclusive mode", "LOCK TABLE", "Weak"},
                    E{"lock table t in row exclusive mode", "LOCK TABLE", "Data"},
                    E{"lock table t in access share mode", "LOCK TABLE", "None"}));

INSTANTIATE_TEST_SUITE_P(
    AlterTable, EveryStatement,
    testing::Values(E{"alter table t add a int", "ALTER TABLE", "Strong, additive"},
                    E{"alter table t add a int default 5", "ALTER TABLE", "Strong, additive"},
                    E{"alter table t add a timestamptz default now()", "ALTER TABLE", "Strong, additive"},
                    E{"alter table t add a int not null default 5", "ALTER TABLE", "Strong"},
                    E{"alter table t add a float default random()", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a uuid default gen_random_uuid()", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a int default own()", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a serial", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a int generated always as identity", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a int generated always as (b + 1) stored", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t add a int unique", "ALTER TABLE", "Strong"},
                    E{"alter table t add a int references p", "ALTER TABLE", "Strong"},
                    E{"alter table t add a int check (a > 0)", "ALTER TABLE", "Strong"},
                    E{"alter table t add a int, add b int", "ALTER TABLE", "Strong, additive"},
                    E{"alter table t add a int, drop b", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t drop a", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t drop a cascade", "ALTER TABLE", "Strong, destructive, opaque"},
                    E{"alter table t alter a type bigint", "ALTER TABLE", "Strong, destructive, rewrites"},
                    E{"alter table t alter a set default 1", "ALTER TABLE", "Strong"},
                    E{"alter table t alter a set not null", "ALTER TABLE", "Strong"},
                    E{"alter table t alter a drop not null", "ALTER TABLE", "Strong"},
                    E{"alter table t alter a set statistics 100", "ALTER TABLE", "Weak"},
                    E{"alter table t alter a set (n_distinct = 5)", "ALTER TABLE", "Weak"},
                    E{"alter table t alter a set storage external", "ALTER TABLE", "Strong"},
                    E{"alter table t alter a add generated always as identity", "ALTER TABLE", "Strong"},
                    E{"alter table t set (fillfactor = 70)", "ALTER TABLE", "Weak"},
                    E{"alter table t set (fillfactor = 70), alter a set not null", "ALTER TABLE", "Strong"},
                    E{"alter table t add constraint c check (a > 0)", "ALTER TABLE", "Strong"},
                    E{"alter table t add constraint c check (a > 0) not valid", "ALTER TABLE", "Strong"},
                    E{"alter table t add constraint c foreign key (a) references p not valid", "ALTER TABLE", "Strong"},
                    E{"alter table t validate constraint c", "ALTER TABLE", "Weak"},
                    E{"alter table t add constraint c unique using index i", "ALTER TABLE", "Strong"},
                    E{"alter table t drop constraint c", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t alter constraint c deferrable", "ALTER TABLE", "Strong"},
                    E{"alter table t attach partition p default", "ALTER TABLE", "Strong"},
                    E{"alter table t detach partition p", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t detach partition p concurrently", "ALTER TABLE", "Weak, alone, destructive"},
                    E{"alter table t detach partition p finalize", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t set logged", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t set tablespace s", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table t set access method heap", "ALTER TABLE", "Strong, rewrites"},
                    E{"alter table all in tablespace a set tablespace b", "ALTER TABLE", "Strong, rewrites, opaque"},
                    E{"alter table t enable row level security", "ALTER TABLE", "Strong"},
                    E{"alter table t disable trigger g", "ALTER TABLE", "Strong"},
                    E{"alter table t cluster on i", "ALTER TABLE", "Weak"},
                    E{"alter table t replica identity full", "ALTER TABLE", "Strong"},
                    E{"alter table t owner to bob", "ALTER TABLE", "Strong"},
                    E{"alter table t rename to s", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t rename a to b", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t rename constraint a to b", "ALTER TABLE", "Strong, destructive"},
                    E{"alter table t set schema s", "ALTER TABLE", "Strong, destructive"},
                    E{"alter view v alter a set default 1", "ALTER VIEW", "Strong"},
                    E{"alter view v rename to w", "ALTER VIEW", "Strong, destructive"},
                    E{"alter materialized view v set (fillfactor = 70)", "ALTER MATERIALIZED VIEW", "Weak"},
                    E{"alter foreign table t add a int", "ALTER FOREIGN TABLE", "Strong, additive"},
                    E{"alter type p add attribute a int", "ALTER TYPE", "Strong, additive"}));

INSTANTIATE_TEST_SUITE_P(
    Indexes, EveryStatement,
    testing::Values(E{"create index i on t (a)", "CREATE INDEX", "Strong"},
                    E{"create index concurrently i on t (a)", "CREATE INDEX", "Weak, alone, additive, concurrent"},
                    E{"create unique index concurrently i on t (a)", "CREATE INDEX", "Weak, alone, concurrent"},
                    E{"create index concurrently on t (a)", "CREATE INDEX", "Weak, alone, additive, concurrent"},
                    E{"drop index i", "DROP INDEX", "Strong, destructive"},
                    E{"drop index concurrently if exists i", "DROP INDEX", "Weak, alone, destructive, concurrent"},
                    E{"reindex index i", "REINDEX", "Strong, rewrites"},
                    E{"reindex table t", "REINDEX", "Strong, rewrites"},
                    E{"reindex index concurrently i", "REINDEX", "Weak, alone, concurrent"},
                    E{"reindex (concurrently) table t", "REINDEX", "Weak, alone, concurrent"},
                    E{"reindex (concurrently false) table t", "REINDEX", "Strong, rewrites"},
                    E{"reindex schema s", "REINDEX", "Strong, alone, rewrites"},
                    E{"reindex database d", "REINDEX", "Strong, alone, rewrites"},
                    E{"reindex system d", "REINDEX", "Strong, alone, rewrites"},
                    E{"alter index i rename to j", "ALTER INDEX", "Weak, destructive"},
                    E{"alter index i set (fillfactor = 50)", "ALTER INDEX", "Weak"},
                    E{"vacuum t", "VACUUM", "Weak, alone"}, E{"vacuum full t", "VACUUM", "Strong, alone, rewrites"},
                    E{"vacuum (full off) t", "VACUUM", "Weak, alone"}, E{"vacuum (analyze) t", "VACUUM", "Weak, alone"},
                    E{"analyze t", "ANALYZE", "Weak"}, E{"cluster t using i", "CLUSTER", "Strong, rewrites"},
                    E{"cluster", "CLUSTER", "Strong, alone, rewrites"}));

INSTANTIATE_TEST_SUITE_P(
    Data, EveryStatement,
    testing::Values(
        E{"select 1", "SELECT", "None"}, E{"select count(*), lower(a), now() from t", "SELECT", "None"},
        E{"select * from t for update", "SELECT", "Data"}, E{"select danger()", "SELECT", "None, opaque"},
        E{"select app.lower('a')", "SELECT", "None, opaque"},
        E{"select set_config('search_path', '', false)", "SELECT", "None, opaque, path"},
        E{"with gone as (delete from t returning *) select * from gone", "SELECT", "Data, data, destructive"},
        E{"values (1)", "SELECT", "None"}, E{"insert into t values (1)", "INSERT", "Data, data"},
        E{"update t set a = 1", "UPDATE", "Data, data"},
        E{"delete from t where a = 1", "DELETE", "Data, data, destructive"},
        E{"merge into t using s on t.a = s.a when matched then update set b = 1", "MERGE", "Data, data"},
        E{"merge into t using s on t.a = s.a when matched then delete", "MERGE", "Data, data, destructive"},
        E{"copy t from stdin", "COPY", "Data, data, client"}, E{"copy t from '/file'", "COPY", "Data, data"},
        E{"copy t from program 'cat'", "COPY", "Data, data, opaque"}, E{"copy t to stdout", "COPY", "None, client"},
        E{"copy (select 1) to '/file'", "COPY", "None, opaque"},
        E{"copy (delete from t returning a) to '/file'", "COPY", "Data, data, destructive, opaque"},
        E{"do $$ begin end $$", "DO", "Strong, data, opaque"}, E{"call p(1)", "CALL", "Strong, data, opaque"},
        E{"explain update t set a = 1", "EXPLAIN", "None"},
        E{"explain analyze update t set a = 1", "EXPLAIN", "Data, data"},
        E{"explain (analyze false) delete from t", "EXPLAIN", "None"},
        E{"prepare p as delete from t", "PREPARE", "None"}, E{"execute p", "EXECUTE", "Strong, data, opaque"},
        E{"declare c cursor for select 1", "DECLARE CURSOR", "None"},
        E{"create view v as select * from t", "CREATE VIEW", "Strong, additive"},
        E{"create or replace view v as select * from t", "CREATE VIEW", "Strong"},
        E{"create materialized view v as select * from t", "CREATE MATERIALIZED VIEW", "Weak, additive"},
        E{"refresh materialized view v", "REFRESH MATERIALIZED VIEW", "Strong"},
        E{"refresh materialized view concurrently v", "REFRESH MATERIALIZED VIEW", "Weak"},
        E{"drop view v", "DROP VIEW", "Strong, destructive"}));

INSTANTIATE_TEST_SUITE_P(
    Definitions, EveryStatement,
    testing::Values(
        E{"create schema s", "CREATE SCHEMA", "Strong, additive"},
        E{"create schema s create table t (a int)", "CREATE SCHEMA", "Strong, additive"},
        E{"drop schema s cascade", "DROP SCHEMA", "Strong, destructive, opaque"},
        E{"create function f() returns int language sql as 'select 1'", "CREATE FUNCTION", "Strong, additive"},
        E{"create or replace function f() returns int language sql as 'select 1'", "CREATE FUNCTION", "Strong"},
        E{"create procedure p() language sql as 'select 1'", "CREATE PROCEDURE", "Strong, additive"},
        E{"alter function f() stable", "ALTER FUNCTION", "Strong"},
        E{"drop function f(int)", "DROP FUNCTION", "Strong, destructive"},
        E{"create aggregate a(int) (sfunc = f, stype = int)", "CREATE AGGREGATE", "Strong, additive"},
        E{"create operator + (leftarg = t, rightarg = t, function = f)", "CREATE OPERATOR", "Strong, additive"},
        E{"create trigger g before insert on t for each row execute function f()", "CREATE TRIGGER", "Strong"},
        E{"drop trigger g on t", "DROP TRIGGER", "Strong, destructive"},
        E{"create type m as enum ('a')", "CREATE TYPE", "Strong, additive"},
        E{"create type m as (a int)", "CREATE TYPE", "Strong, additive"},
        E{"create type m as range (subtype = int)", "CREATE TYPE", "Strong, additive"},
        E{"create domain d as int check (value > 0)", "CREATE DOMAIN", "Strong, additive"},
        E{"alter domain d drop constraint c", "ALTER DOMAIN", "Strong, destructive"},
        E{"alter domain d add constraint c check (value > 0)", "ALTER DOMAIN", "Strong"},
        E{"alter type m add value 'b'", "ALTER TYPE", "Strong, alone, additive"},
        E{"alter type m rename value 'a' to 'b'", "ALTER TYPE", "Strong, destructive"},
        E{"create sequence s", "CREATE SEQUENCE", "Strong, additive"},
        E{"alter sequence s restart", "ALTER SEQUENCE", "Strong"},
        E{"create statistics s on a, b from t", "CREATE STATISTICS", "Weak, additive"},
        E{"create policy p on t using (true)", "CREATE POLICY", "Strong"},
        E{"create rule r as on delete to t do nothing", "CREATE RULE", "Strong"},
        E{"create extension hstore", "CREATE EXTENSION", "Strong, opaque"},
        E{"create collation c (locale = 'C')", "CREATE COLLATION", "Strong, additive"},
        E{"create text search configuration c (copy = simple)", "CREATE TEXT SEARCH CONFIGURATION", "Strong, additive"},
        E{"create cast (a as b) without function", "CREATE CAST", "Strong"},
        E{"create event trigger e on ddl_command_end execute function f()", "CREATE EVENT TRIGGER", "Strong"},
        E{"comment on table t is 'x'", "COMMENT", "Weak"}, E{"grant select on t to bob", "GRANT", "Strong"},
        E{"revoke select on t from bob", "REVOKE", "Strong"}, E{"grant admin to bob", "GRANT ROLE", "Strong"},
        E{"alter default privileges grant select on tables to bob", "ALTER DEFAULT PRIVILEGES", "Strong"},
        E{"drop owned by bob", "DROP OWNED", "Strong, destructive, opaque"},
        E{"reassign owned by a to b", "REASSIGN OWNED", "Strong"},
        E{"security label on table t is 'x'", "SECURITY LABEL", "Strong"}));

INSTANTIATE_TEST_SUITE_P(
    Server, EveryStatement,
    testing::Values(E{"begin", "BEGIN", "None, control"}, E{"start transaction", "START TRANSACTION", "None, control"},
                    E{"commit", "COMMIT", "None, control"}, E{"end", "COMMIT", "None, control"},
                    E{"rollback", "ROLLBACK", "None, control"}, E{"abort", "ROLLBACK", "None, control"},
                    E{"savepoint s", "SAVEPOINT", "None, control"}, E{"release s", "RELEASE", "None, control"},
                    E{"rollback to s", "ROLLBACK", "None, control"},
                    E{"prepare transaction 'x'", "PREPARE TRANSACTION", "None, control"},
                    E{"commit prepared 'x'", "COMMIT PREPARED", "None, control"},
                    E{"set work_mem = '1GB'", "SET", "None"}, E{"set search_path = a, b", "SET", "None, path"},
                    E{"set local search_path = a", "SET", "None, path"}, E{"set role bob", "SET", "None, path"},
                    E{"reset all", "RESET", "None, path"}, E{"show work_mem", "SHOW", "None"},
                    E{"set constraints all deferred", "SET CONSTRAINTS", "None"}, E{"listen x", "LISTEN", "None"},
                    E{"notify x", "NOTIFY", "None"}, E{"discard all", "DISCARD", "None, alone, path"},
                    E{"discard plans", "DISCARD", "None"}, E{"load 'x'", "LOAD", "None, opaque"},
                    E{"checkpoint", "CHECKPOINT", "Weak"}, E{"create database d", "CREATE DATABASE", "Strong, alone"},
                    E{"drop database d", "DROP DATABASE", "Strong, alone, destructive"},
                    E{"alter database d set work_mem = '1GB'", "ALTER DATABASE", "Strong"},
                    E{"alter database d set tablespace s", "ALTER DATABASE", "Strong, alone, rewrites"},
                    E{"alter database d connection limit 5", "ALTER DATABASE", "Strong"},
                    E{"create tablespace s location '/x'", "CREATE TABLESPACE", "Strong, alone"},
                    E{"drop tablespace s", "DROP TABLESPACE", "Strong, alone, destructive"},
                    E{"alter tablespace s set (seq_page_cost = 2)", "ALTER TABLESPACE", "Strong"},
                    E{"alter system set work_mem = '1GB'", "ALTER SYSTEM", "Strong, alone"},
                    E{"create role bob", "CREATE ROLE", "Strong"},
                    E{"drop role bob", "DROP ROLE", "Strong, destructive"},
                    E{"create publication p for table t", "CREATE PUBLICATION", "Strong"},
                    E{"create subscription s connection 'x' publication p", "CREATE SUBSCRIPTION", "Strong, alone"},
                    E{"create subscription s connection 'x' publication p with (create_slot = false)",
                      "CREATE SUBSCRIPTION", "Strong"},
                    E{"create subscription s connection 'x' publication p with (connect = false)",
                      "CREATE SUBSCRIPTION", "Strong"},
                    E{"drop subscription s", "DROP SUBSCRIPTION", "Strong, alone, destructive"},
                    E{"alter subscription s refresh publication", "ALTER SUBSCRIPTION", "Strong, alone"},
                    E{"alter subscription s set publication p", "ALTER SUBSCRIPTION", "Strong, alone"},
                    E{"alter subscription s set publication p with (refresh = false)", "ALTER SUBSCRIPTION", "Strong"},
                    E{"alter subscription s disable", "ALTER SUBSCRIPTION", "Strong"},
                    E{"create server s foreign data wrapper w", "CREATE SERVER", "Strong"},
                    E{"import foreign schema a from server s into b", "IMPORT FOREIGN SCHEMA", "Strong, opaque"}));

TEST(Script, TellsWhatAConcurrentDetachIsAbout) {
  const auto statement = [](const std::string& sql) { return postgres::PostgresScript().parse(sql).statements.at(0); };
  const auto detach =
      statement("alter table app.readings detach partition archive.readings_2020 concurrently").concurrentDetach;
  ASSERT_TRUE(detach);
  EXPECT_EQ(detach->parentSchema + "/" + detach->parent, "app/readings");
  EXPECT_EQ(detach->schema + "/" + detach->partition, "archive/readings_2020");
  const auto bare = statement(R"(alter table readings detach partition "Odd" concurrently)").concurrentDetach;
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->parentSchema + "/" + bare->parent + "/" + bare->schema + "/" + bare->partition, "/readings//Odd");
  EXPECT_FALSE(statement("alter table readings detach partition readings_2020").concurrentDetach);
  EXPECT_FALSE(statement("alter table readings detach partition readings_2020 finalize").concurrentDetach);
}

TEST(Script, TellsWhichIndexAConcurrentBuildIsAbout) {
  const auto build = [](const char* sql) {
    return postgres::PostgresScript().parse(sql).statements.at(0).concurrentBuild.value();
  };
  const ConcurrentBuild create = build("create index concurrently i on app.t (a)");
  EXPECT_EQ(create.kind, ConcurrentBuild::Kind::Create);
  EXPECT_EQ(create.schema + "/" + create.table + "/" + create.index, "app/t/i");
  const ConcurrentBuild unnamed = build("create index concurrently on t (a)");
  EXPECT_EQ(unnamed.schema + "/" + unnamed.table + "/" + unnamed.index, "/t/");
  const ConcurrentBuild drop = build("drop index concurrently app.i");
  EXPECT_EQ(drop.kind, ConcurrentBuild::Kind::Drop);
  EXPECT_EQ(drop.schema + "/" + drop.table + "/" + drop.index, "app//i");
  const ConcurrentBuild index = build("reindex index concurrently app.i");
  EXPECT_EQ(index.kind, ConcurrentBuild::Kind::Reindex);
  EXPECT_EQ(index.schema + "/" + index.table + "/" + index.index, "app//i");
  const ConcurrentBuild table = build("reindex table concurrently app.t");
  EXPECT_EQ(table.schema + "/" + table.table + "/" + table.index, "app/t/");
  const ConcurrentBuild schema = build("reindex schema concurrently app");
  EXPECT_EQ(schema.schema + "/" + schema.table + "/" + schema.index, "app//");
}

TEST(Script, GivesIndexesThatAreTheSameOneShape) {
  const auto shape = [](const std::string& sql) {
    return postgres::PostgresScript().parse(sql).statements.at(0).indexShape;
  };
  const std::string plain = shape("create index i on t (a)");
  EXPECT_FALSE(plain.empty());
  EXPECT_EQ(plain, shape("CREATE INDEX CONCURRENTLY IF NOT EXISTS other ON public.t USING btree (a ASC)"));
  EXPECT_NE(plain, shape("create unique index i on t (a)"));
  EXPECT_NE(plain, shape("create index i on t (a desc)"));
  EXPECT_NE(plain, shape("create index i on t (a, b)"));
  EXPECT_NE(plain, shape("create index i on t using hash (a)"));
  EXPECT_NE(plain, shape("create index i on t (a) where b"));
  EXPECT_EQ(shape("create index i on t (lower(a)) where s = 'new'"),
            shape("CREATE INDEX x ON public.t USING btree (lower(a)) WHERE (s = 'new'::text)"));
}

}  // namespace
}  // namespace hotswap::db
