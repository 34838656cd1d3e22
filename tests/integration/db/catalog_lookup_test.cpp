// Tables, indexes, constraints, and whether an object exists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "db/postgres/postgres_engine.h"
#include "support/postgres_cluster.h"

namespace hotswap::db {
namespace {

using Kind = ObjectReference::Kind;

class CatalogLookup : public testing::Test {
 protected:
  CatalogLookup()
      : database_(support::sharedCluster().makeDatabase()),
        engine_(postgres::makeEngine()),
        session_(engine_->connect(support::sharedCluster().connection(database_), "test", Milliseconds(10'000))) {
    support::sharedCluster().psql(R"(
      create schema app;
      create schema "Odd.Schema";
      create table app.orders (id bigint primary key, customer int not null, note text default 'none');
      alter table app.orders add check (customer > 0) not valid;
      create table public.plain (a int);
      create table "Odd.Schema"."odd ""table" ("A b" int);
      create unique index orders_note on app.orders (lower(note), customer) where id > 5;
      create table app.lines (order_id bigint references app.orders);
      create view app.v as select id from app.orders;
      create materialized view app.m as select id from app.orders;
      create sequence app.s;
      create type app.mood as enum ('a');
      create function app.f(int) returns int language sql as 'select 1';
      create function app.touch() returns trigger language plpgsql as 'begin return new; end';
      create trigger orders_touch before update on app.orders for each row execute function app.touch();
      insert into app.orders values (1, 1), (2, 2); analyze app.orders;
    )",
                                  database_);
  }

  std::optional<bool> exists(Kind kind, const std::string& schema, const std::string& name,
                             const std::string& table = "") {
    ObjectReference object;
    object.kind = kind;
    object.schema = schema;
    object.name = name;
    object.table = table;
    return engine_->catalog().exists(*session_, object);
  }

  std::string database_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Session> session_;
};

TEST_F(CatalogLookup, ListsTablesWithTheirColumns) {
  const auto tables = engine_->catalog().tables(*session_);
  const auto found =
      std::ranges::find_if(tables, [](const Table& table) { return table.schema == "app" && table.name == "orders"; });
  ASSERT_NE(found, tables.end());
  EXPECT_EQ(found->kind, "table");
  EXPECT_EQ(found->estimatedRows, 2);
  EXPECT_GT(found->bytes, 0);
  ASSERT_EQ(found->columns.size(), 3U);
  EXPECT_EQ(found->columns[0].name, "id");
  EXPECT_EQ(found->columns[0].type, "bigint");
  EXPECT_FALSE(found->columns[0].nullable);
  EXPECT_FALSE(found->columns[0].defaultExpression);
  EXPECT_TRUE(found->columns[2].nullable);
  EXPECT_EQ(found->columns[2].defaultExpression, "'none'::text");
}

TEST_F(CatalogLookup, NamesTheKindsOfTables) {
  std::map<std::string, std::string> kinds;
  for (const Table& table : engine_->catalog().tables(*session_)) kinds[table.name] = table.kind;
  EXPECT_EQ(kinds["v"], "view");
  EXPECT_EQ(kinds["m"], "materialized view");
  EXPECT_EQ(kinds["s"], "sequence");
  EXPECT_FALSE(kinds.contains("pg_class"));
}

TEST_F(CatalogLookup, ListsIndexesWithColumnsAndExpressions) {
  const auto indexes = engine_->catalog().indexes(*session_);
  const auto found = std::ranges::find(indexes, "orders_note", &Index::name);
  ASSERT_NE(found, indexes.end());
  EXPECT_EQ(found->schema, "app");
  EXPECT_EQ(found->table, "orders");
  EXPECT_THAT(found->columns, testing::ElementsAre("lower(note)", "customer"));
  EXPECT_TRUE(found->unique);
  EXPECT_FALSE(found->primary);
  EXPECT_TRUE(found->valid);
  EXPECT_GT(found->bytes, 0);
  EXPECT_EQ(found->definition,
            "CREATE UNIQUE INDEX orders_note ON app.orders USING btree (lower(note), customer) WHERE (id > 5)");
}

TEST_F(CatalogLookup, ListsTheIndexesOfSomeTables) {
  const auto namesOf = [&](const std::vector<std::string>& tables) {
    std::set<std::string> names;
    for (const Index& index : engine_->catalog().indexesOf(*session_, tables)) names.insert(index.table);
    return names;
  };
  EXPECT_EQ(namesOf({"orders"}), std::set<std::string>{"orders"});
  EXPECT_EQ(namesOf({"o\"dd,\\{}", "orders"}), std::set<std::string>{"orders"});
  EXPECT_EQ(namesOf({}), std::set<std::string>());
}

TEST_F(CatalogLookup, ListsConstraintsWithTheirState) {
  const auto constraints = engine_->catalog().constraints(*session_);
  const auto check = std::ranges::find(constraints, "orders_customer_check", &Constraint::name);
  ASSERT_NE(check, constraints.end());
  EXPECT_EQ(check->kind, "check");
  EXPECT_FALSE(check->validated);
  EXPECT_EQ(check->definition, "CHECK ((customer > 0)) NOT VALID");
  const auto foreign = std::ranges::find(constraints, "lines_order_id_fkey", &Constraint::name);
  ASSERT_NE(foreign, constraints.end());
  EXPECT_EQ(foreign->kind, "foreign key");
  EXPECT_TRUE(foreign->validated);
  EXPECT_EQ(foreign->definition, "FOREIGN KEY (order_id) REFERENCES app.orders(id)");
}

TEST_F(CatalogLookup, FindsObjectsByTheirSchema) {
  EXPECT_EQ(exists(Kind::Table, "app", "orders"), true);
  EXPECT_EQ(exists(Kind::Table, "public", "orders"), false);
  EXPECT_EQ(exists(Kind::Table, "nowhere", "orders"), false);
  EXPECT_EQ(exists(Kind::View, "app", "v"), true);
  EXPECT_EQ(exists(Kind::Index, "app", "orders_note"), true);
  EXPECT_EQ(exists(Kind::Sequence, "app", "s"), true);
  EXPECT_EQ(exists(Kind::Function, "app", "f"), true);
  EXPECT_EQ(exists(Kind::Function, "app", "g"), false);
  EXPECT_EQ(exists(Kind::Type, "app", "mood"), true);
  EXPECT_EQ(exists(Kind::Type, "app", "mode"), false);
  EXPECT_EQ(exists(Kind::Schema, "", "app"), true);
  EXPECT_EQ(exists(Kind::Schema, "", "App"), false);
}

TEST_F(CatalogLookup, FindsNamesWithoutASchema_ThroughTheSearchPath) {
  EXPECT_EQ(exists(Kind::Table, "", "plain"), true);
  EXPECT_EQ(exists(Kind::Table, "", "orders"), false);
  EXPECT_EQ(exists(Kind::Type, "", "mood"), false);
  EXPECT_EQ(exists(Kind::Type, "", "text"), true);
  EXPECT_EQ(exists(Kind::Function, "", "f"), false);
  session_->execute("set search_path = app");
  EXPECT_EQ(exists(Kind::Table, "", "plain"), false);
  EXPECT_EQ(exists(Kind::Table, "", "orders"), true);
  EXPECT_EQ(exists(Kind::Type, "", "mood"), true);
  EXPECT_EQ(exists(Kind::Function, "", "f"), true);
  EXPECT_EQ(exists(Kind::Column, "", "note", "orders"), true);
}

TEST_F(CatalogLookup, FindsPartsOfTables) {
  EXPECT_EQ(exists(Kind::Column, "app", "note", "orders"), true);
  EXPECT_EQ(exists(Kind::Column, "app", "nose", "orders"), false);
  EXPECT_EQ(exists(Kind::Column, "app", "note", "missing"), false);
  EXPECT_EQ(exists(Kind::Constraint, "app", "orders_pkey", "orders"), true);
  EXPECT_EQ(exists(Kind::Constraint, "app", "orders_pkey", "lines"), false);
  EXPECT_EQ(exists(Kind::Trigger, "app", "orders_touch", "orders"), true);
  EXPECT_EQ(exists(Kind::Trigger, "app", "other", "orders"), false);
  session_->execute("alter table app.orders drop note");
  EXPECT_EQ(exists(Kind::Column, "app", "note", "orders"), false);
}

TEST_F(CatalogLookup, LooksForANewIndex_InTheSchemaOfItsTable) {
  EXPECT_EQ(exists(Kind::Index, "app", "orders_note", "orders"), true);
  EXPECT_EQ(exists(Kind::Index, "", "orders_note", "plain"), false);
  EXPECT_EQ(exists(Kind::Index, "", "plain", "plain"), true);
  EXPECT_EQ(exists(Kind::Index, "app", "orders_note", "missing"), false);
}

TEST_F(CatalogLookup, TakesNamesLiterally) {
  EXPECT_EQ(exists(Kind::Table, "Odd.Schema", "odd \"table"), true);
  EXPECT_EQ(exists(Kind::Column, "Odd.Schema", "A b", "odd \"table"), true);
  EXPECT_EQ(exists(Kind::Table, "", "ORDERS"), false);
  EXPECT_EQ(exists(Kind::Table, "", "app.orders"), false);
  EXPECT_EQ(exists(Kind::Table, "", "x'; drop table app.orders; --"), false);
  EXPECT_EQ(exists(Kind::Table, "", ""), false);
  EXPECT_EQ(exists(Kind::Type, "", "int; select 1"), false);
  EXPECT_EQ(exists(Kind::Table, "app", "orders"), true);
}

TEST_F(CatalogLookup, NeverLooksForOtherKinds) { EXPECT_EQ(exists(Kind::Other, "", "hstore"), std::nullopt); }

TEST_F(CatalogLookup, KnowsWhereNewObjectsWouldStand) {
  EXPECT_EQ(engine_->catalog().defaultSchema(*session_), "public");
  session_->execute("set search_path = nowhere, app, public");
  EXPECT_EQ(engine_->catalog().defaultSchema(*session_), "app");
  session_->execute("set search_path = nowhere");
  EXPECT_EQ(engine_->catalog().defaultSchema(*session_), "");
}

}  // namespace
}  // namespace hotswap::db
