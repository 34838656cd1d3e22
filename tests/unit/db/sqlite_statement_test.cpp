// What the text of a statement tells of it.
#include "db/sqlite/sqlite_statement.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "db/sqlite/sqlite_script.h"

namespace hotswap::db::sqlite {
namespace {

Statement only(std::string_view sql) {
  const ParsedScript parsed = SqliteScript().parse(sql);
  if (parsed.error) ADD_FAILURE() << sql << ": " << parsed.error->message;
  if (parsed.statements.size() != 1) return {};
  return parsed.statements.front();
}

/// `table main.t`, `column t.a?` (`?`: IF EXISTS or IF NOT EXISTS).
std::string text(const ObjectReference& object) {
  using Kind = ObjectReference::Kind;
  std::string result;
  switch (object.kind) {
    case Kind::Table: result = "table "; break;
    case Kind::Column: result = "column "; break;
    case Kind::Index: result = "index "; break;
    case Kind::View: result = "view "; break;
    case Kind::Trigger: result = "trigger "; break;
    default: result = "other "; break;
  }
  if (!object.schema.empty()) result += object.schema + ".";
  if (!object.table.empty()) result += object.table + ".";
  return result + object.name + (object.ifExists ? "?" : "");
}

std::vector<std::string> texts(const std::vector<ObjectReference>& objects) {
  std::vector<std::string> result;
  for (const ObjectReference& object : objects) result.push_back(text(object));
  return result;
}

using Texts = std::vector<std::string>;

TEST(SqliteStatement, HasAKindThatAPersonWouldName) {
  const std::vector<std::pair<const char*, const char*>> kinds{
      {"create table t (a)", "CREATE TABLE"},
      {"create temp table t (a)", "CREATE TABLE"},
      {"create unique index i on t (a)", "CREATE INDEX"},
      {"create view v as select 1", "CREATE VIEW"},
      {"create virtual table v using fts5(a)", "CREATE VIRTUAL TABLE"},
      {"create trigger x delete on t begin select 1; end", "CREATE TRIGGER"},
      {"/* a */ alter /* b */ table t rename to u", "ALTER TABLE"},
      {"drop view v", "DROP VIEW"},
      {"insert into t values (1)", "INSERT"},
      {"replace into t values (1)", "REPLACE"},
      {"with a as (select 1) select * from a", "SELECT"},
      {"with recursive a (x) as (select 1 union select x from a) insert into t select x from a", "INSERT"},
      {"with a as (select 1), b as not materialized (select delete_from) update t set a = 1", "UPDATE"},
      {"with \"select\" as (select 1) delete from t", "DELETE"},
      {"with replace as (select 1), delete_it as (select 2) delete from t", "DELETE"},
      {"values (1)", "SELECT"},
      {"explain query plan select 1", "EXPLAIN"},
      {"end transaction", "END"},
      {"rollback to savepoint s", "ROLLBACK TO"},
      {"pragma user_version", "PRAGMA"}};
  for (const auto& [sql, kind] : kinds) {
    EXPECT_EQ(only(sql).kind, kind) << sql;
  }
}

TEST(SqliteStatement, KnowsWhatCantRunInATransaction) {
  for (const char* sql :
       {"vacuum", "vacuum into 'x'", "attach 'x' as y", "detach y", "pragma foreign_keys = off",
        "PRAGMA main.journal_mode(wal)", "pragma synchronous = 1", "pragma wal_checkpoint", "pragma page_size = 512"}) {
    EXPECT_FALSE(only(sql).transactional) << sql;
  }
  for (const char* sql : {"create table t (a)", "insert into t values (1)", "pragma foreign_keys",
                          "pragma user_version = 3", "pragma defer_foreign_keys = on", "reindex", "analyze"}) {
    EXPECT_TRUE(only(sql).transactional) << sql;
  }
}

TEST(SqliteStatement, KnowsWhatBelongsToTheTransaction) {
  for (const char* sql : {"begin", "begin immediate transaction", "commit", "end", "rollback", "rollback to s",
                          "savepoint s", "release savepoint s"}) {
    EXPECT_TRUE(only(sql).transactionControl) << sql;
    EXPECT_EQ(only(sql).lockClass, LockClass::None) << sql;
  }
  EXPECT_FALSE(only("create trigger x delete on t begin select 1; end").transactionControl);
}

TEST(SqliteStatement, TellsTheLockItTakes) {
  for (const char* sql : {"create table t (a)", "create index i on t (a)", "drop table t", "alter table t add a",
                          "vacuum", "reindex", "pragma incremental_vacuum(5)"}) {
    EXPECT_EQ(only(sql).lockClass, LockClass::Strong) << sql;
  }
  for (const char* sql :
       {"insert into t values (1)", "with a as (select 1) delete from t", "analyze", "pragma user_version = 3"}) {
    EXPECT_EQ(only(sql).lockClass, LockClass::Data) << sql;
  }
  for (const char* sql : {"select 1", "explain delete from t", "pragma user_version", "attach 'x' as y"}) {
    EXPECT_EQ(only(sql).lockClass, LockClass::None) << sql;
  }
}

TEST(SqliteStatement, TellsChangesOfRows_AndWhichLoseSome) {
  for (const char* sql : {"insert into t values (1)", "update t set a = 1", "insert or ignore into t values (1)"}) {
    EXPECT_TRUE(only(sql).changesData) << sql;
    EXPECT_FALSE(only(sql).destructive) << sql;
  }
  for (const char* sql : {"delete from t", "replace into t values (1)", "insert or replace into t values (1)",
                          "update or replace t set a = 1"}) {
    EXPECT_TRUE(only(sql).changesData) << sql;
    EXPECT_TRUE(only(sql).destructive) << sql;
  }
  EXPECT_FALSE(only("select 1").changesData);
  EXPECT_FALSE(only("create trigger x delete on t begin delete from t; end").changesData);
}

TEST(SqliteStatement, NamesTheTableWhoseRowsItChanges) {
  EXPECT_EQ(texts(only("insert or ignore into main.t as x (a, \"b c\") values (1, 2)").needs),
            (Texts{"table main.t", "column main.t.a", "column main.t.b c"}));
  EXPECT_EQ(texts(only("with a as (select 1) update or fail [my t] set a = 1").needs), (Texts{"table my t"}));
  EXPECT_EQ(texts(only("delete from t where a in (select b from u)").needs), (Texts{"table t"}));
}

TEST(SqliteStatement, NamesWhatCreateTableMakes) {
  const Statement plain = only("create table if not exists main.\"my t\" (a integer primary key, b text)");
  EXPECT_EQ(texts(plain.makes), (Texts{"table main.my t?"}));
  EXPECT_TRUE(plain.additive);
  EXPECT_TRUE(plain.needs.empty());
  EXPECT_EQ(texts(only("create temp table t as select 1").makes), (Texts{"table temp.t"}));
}

TEST(SqliteStatement, CountsATableThatRefersToAnother_AsMoreThanAnAddition) {
  EXPECT_FALSE(only("create table t (a references u (b))").additive);
  EXPECT_TRUE(only("create table t (a primary key, b references T (a))").additive);
}

TEST(SqliteStatement, NamesWhatCreateIndexMakesAndNeeds) {
  const Statement index =
      only("create unique index if not exists main.i on t (a, \"b\" collate nocase desc, lower(c), d + 1) where e > 0");
  EXPECT_EQ(texts(index.makes), (Texts{"index main.t.i?"}));
  EXPECT_EQ(texts(index.needs), (Texts{"table main.t", "column main.t.a", "column main.t.b"}));
  EXPECT_FALSE(index.additive);
}

TEST(SqliteStatement, GivesEqualIndexesOneShape) {
  const auto shape = [](const char* sql) { return only(sql).indexShape; };
  EXPECT_EQ(shape("create index i on t (a, b desc)"), shape("CREATE INDEX j ON u(a asc ,/* x */ b DESC)"));
  EXPECT_NE(shape("create index i on t (a)"), shape("create unique index i on t (a)"));
  EXPECT_NE(shape("create index i on t (a)"), shape("create index i on t (a desc)"));
  EXPECT_NE(shape("create index i on t (a)"), shape("create index i on t (a) where a > 0"));
}

TEST(SqliteStatement, NamesViewsAndTriggers) {
  const Statement view = only("create view if not exists v (x) as select a from t");
  EXPECT_EQ(texts(view.makes), (Texts{"view v?"}));
  EXPECT_TRUE(view.additive);
  const Statement trigger = only("create trigger main.x instead of update of a on v begin select 1; end");
  EXPECT_EQ(texts(trigger.makes), (Texts{"trigger main.v.x"}));
  EXPECT_EQ(texts(trigger.needs), (Texts{"table main.v"}));
  EXPECT_FALSE(trigger.additive);
}

TEST(SqliteStatement, NamesWhatIsDropped) {
  const std::vector<std::pair<const char*, const char*>> drops{{"drop table t", "table t"},
                                                               {"drop table if exists main.t", "table main.t?"},
                                                               {"drop index [i j]", "index i j"},
                                                               {"drop view v", "view v"},
                                                               {"drop trigger if exists x", "trigger x?"}};
  for (const auto& [sql, dropped] : drops) {
    EXPECT_EQ(texts(only(sql).drops), (Texts{dropped})) << sql;
    EXPECT_TRUE(only(sql).destructive) << sql;
  }
}

TEST(SqliteStatement, NamesWhatAlterTableDoes) {
  const Statement rename = only("alter table main.t rename to u");
  EXPECT_EQ(texts(rename.drops), (Texts{"table main.t"}));
  EXPECT_EQ(texts(rename.makes), (Texts{"table main.u"}));
  EXPECT_TRUE(rename.destructive);
  for (const char* sql : {"alter table t rename column a to b", "alter table t rename a to b"}) {
    EXPECT_EQ(texts(only(sql).drops), (Texts{"column t.a"})) << sql;
    EXPECT_EQ(texts(only(sql).makes), (Texts{"column t.b"})) << sql;
    EXPECT_EQ(texts(only(sql).needs), (Texts{"table t"})) << sql;
  }
  EXPECT_EQ(texts(only("alter table t rename \"column\" to b").drops), (Texts{"column t.column"}));
  const Statement drop = only("alter table t drop column a");
  EXPECT_EQ(texts(drop.drops), (Texts{"column t.a"}));
  EXPECT_TRUE(drop.destructive);
  EXPECT_TRUE(drop.rewrites);
  const Statement add = only("alter table t add column a text default (1 + 2)");
  EXPECT_EQ(texts(add.makes), (Texts{"column t.a"}));
  EXPECT_EQ(texts(add.needs), (Texts{"table t"}));
  EXPECT_TRUE(add.additive);
  EXPECT_TRUE(only("alter table t add a default (case when 1 is not null then 2 end)").additive);
  EXPECT_FALSE(add.destructive);
  EXPECT_FALSE(add.rewrites);
}

TEST(SqliteStatement, CountsAColumnWithAConditionAsMoreThanAnAddition) {
  for (const char* sql : {"alter table t add a not null default 1", "alter table t add a check (a > 0)",
                          "alter table t add a references u", "alter table t add a as (b + 1)"}) {
    EXPECT_FALSE(only(sql).additive) << sql;
  }
}

TEST(SqliteStatement, IsOpaque_WhereItsTextDoesntTellWhatItDoes) {
  for (const char* sql : {"create virtual table v using fts5(a)", "pragma writable_schema = on"}) {
    EXPECT_TRUE(only(sql).opaque) << sql;
  }
  EXPECT_FALSE(only("drop table t").opaque);
}

TEST(SqliteStatement, KeepsTheStrictestAnswers_ForAStatementNobodyKnows) {
  Statement statement;
  statement.sql = "frobnicate all";
  describe(statement);
  EXPECT_EQ(statement.kind, "FROBNICATE");
  EXPECT_TRUE(statement.opaque);
  EXPECT_EQ(statement.lockClass, LockClass::Strong);
}

}  // namespace
}  // namespace hotswap::db::sqlite
