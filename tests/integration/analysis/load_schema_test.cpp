// What is read of a schema, and that it is read alike inside of transactions and out of them.
#include "analysis/postgres/load_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "db/postgres/postgres_engine.h"
#include "support/postgres_cluster.h"

namespace hotswap::analysis::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* schemaSql = R"(
  create schema app;
  create domain app.percent as int constraint most check (value <= 100);
  create type app.mood as enum ('sad', 'so, so', 'happy');
  create table customers (id bigserial primary key, name varchar(20) not null, share app.percent, moods app.mood[]);
  create table app.orders (id int generated always as identity, customer bigint references customers on delete cascade,
    amount numeric(10,2) check (amount > 0), at timestamptz) partition by range (at);
  create table app.orders_old partition of app.orders for values from (minvalue) to ('2020-01-01');
  create table app.orders_new partition of app.orders default;
  create index orders_amount on app.orders (amount, (lower(amount::text))) where customer is not null;
  create view rich as select name from customers where id < 10;
  create policy own on customers using (exists (select from app.orders where customer = customers.id));
)";

std::unique_ptr<db::Session> freshDatabase() {
  support::PostgresCluster& cluster = support::sharedCluster();
  const std::string name = cluster.makeDatabase();
  cluster.psql(schemaSql, name);
  return db::postgres::makeEngine()->connect(cluster.connection(name), "test", Milliseconds(10'000));
}

TEST(LoadSchema, ReadsTablesWithTheirParts) {
  const auto session = freshDatabase();
  const KnownSchema schema = loadSchema(*session);

  const Relation* customers = schema.lookUp("", "customers");
  ASSERT_NE(customers, nullptr);
  ASSERT_EQ(customers->columns.size(), 4U);
  EXPECT_EQ(customers->columns[1].type, (TypeUse{.schema = "pg_catalog", .name = "varchar", .modifier = 24}));
  EXPECT_EQ(customers->columns[3].type, (TypeUse{.schema = "app", .name = "mood", .array = true}));
  EXPECT_TRUE(customers->columns[0].notNull);
  const auto sequences = schema.sequencesOf(customers->id);
  ASSERT_EQ(sequences.size(), 1U);
  EXPECT_EQ(sequences[0]->ownerColumn, "id");
  EXPECT_THAT(customers->columns[0].sequences, ElementsAre(sequences[0]->id));

  const auto keys = schema.foreignKeysTo(customers->id);
  ASSERT_EQ(keys.size(), 3U) << "of the partitioned table and of each partition";
  EXPECT_EQ(keys[0].second->onDelete, 'c');
  EXPECT_THAT(keys[0].second->referencedColumns, ElementsAre("id"));
}

TEST(LoadSchema, ReadsPartitionsIndexesViewsAndPolicies) {
  const auto session = freshDatabase();
  const KnownSchema schema = loadSchema(*session);

  const Relation* orders = schema.find("app", "orders");
  ASSERT_NE(orders, nullptr);
  EXPECT_EQ(orders->partitionBy, 'r');
  EXPECT_THAT(orders->partitionKey, ElementsAre("at"));
  EXPECT_EQ(schema.descendantsOf(orders->id).size(), 2U);
  EXPECT_EQ(schema.defaultPartitionOf(orders->id)->name, "orders_new");
  EXPECT_THAT(schema.find("app", "orders_old")->bound, HasSubstr("FROM (MINVALUE) TO ('2020-01-01"));

  const auto indexes = schema.indexesOf(orders->id);
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_THAT(indexes[0]->index.keys, ElementsAre("amount", ""));
  EXPECT_THAT(indexes[0]->index.reads, ElementsAre("customer"));
  EXPECT_TRUE(indexes[0]->index.partial);
  EXPECT_EQ(schema.childrenOf(indexes[0]->id).size(), 2U);

  const Relation* customers = schema.lookUp("", "customers");
  const auto views = schema.viewsOver(customers->id);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_THAT(views[0]->sources[0].columns, ElementsAre("id", "name"));
  ASSERT_EQ(customers->policies[0].sources.size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(customers->policies[0].sources,
                                  [&](const Source& source) { return source.relation == orders->id; }));

  EXPECT_THAT(schema.type("app", "mood")->labels, ElementsAre("sad", "so, so", "happy"));
  EXPECT_EQ(schema.type("app", "percent")->checks[0].name, "most");
}

TEST(LoadSchema, KnowsHowFarNarrowKeysHaveCome_ButNotWhereItWouldKeepLocks) {
  const auto session = freshDatabase();
  session->execute("create table narrow (id serial primary key, other bigserial, never serial)");
  session->execute("select setval('narrow_id_seq', 2000000000), setval('narrow_other_seq', 5)");
  const KnownSchema schema = loadSchema(*session);
  EXPECT_EQ(schema.lookUp("", "narrow_id_seq")->lastValue, 2'000'000'000);
  EXPECT_EQ(schema.lookUp("", "narrow_other_seq")->lastValue, 0) << "nobody asks how far a bigint has come";
  EXPECT_EQ(schema.lookUp("", "narrow_never_seq")->lastValue, 0);
  session->begin();
  EXPECT_EQ(loadSchema(*session).lookUp("", "narrow_id_seq")->lastValue, 0);
  session->rollback();
}

TEST(LoadSchema, TellsIndexesInTheOrderOfTheirTypesFromOthers) {
  const auto session = freshDatabase();
  session->execute("create table words (a text, b text)");
  session->execute("create index plain on words (a, b)");
  session->execute("create index patterns on words (a text_pattern_ops)");
  session->execute("create index backwards on words (a desc)");
  const KnownSchema schema = loadSchema(*session);
  EXPECT_TRUE(schema.lookUp("", "plain")->index.ordinary);
  EXPECT_FALSE(schema.lookUp("", "patterns")->index.ordinary);
  EXPECT_FALSE(schema.lookUp("", "backwards")->index.ordinary);
}

TEST(LoadSchema, SeesTheChangesOfAnOpenTransactionAndLeavesItsLocksAlone) {
  const auto session = freshDatabase();
  const std::string before = loadSchema(*session).text();
  session->begin();
  session->execute("alter table customers add note text");
  const std::string locks = "select count(*) from pg_locks where locktype = 'relation' and relation >= 16384";
  const auto held = session->query(locks).integer(0, 0);
  EXPECT_THAT(loadSchema(*session).text(), HasSubstr("public.customers: column 5 note"));
  EXPECT_EQ(session->query(locks).integer(0, 0), held);
  session->rollback();
  EXPECT_EQ(loadSchema(*session).text(), before);
}

TEST(LoadSchema, OfAnEmptyDatabaseIsEmptyButForItsExtensions) {
  support::PostgresCluster& cluster = support::sharedCluster();
  const auto session =
      db::postgres::makeEngine()->connect(cluster.connection(cluster.makeDatabase()), "test", Milliseconds(10'000));
  const KnownSchema schema = loadSchema(*session);
  EXPECT_TRUE(schema.complete);
  EXPECT_THAT(schema.searchPath, ElementsAre("public"));
  EXPECT_TRUE(schema.extensions.contains("pg_stat_statements"));
  EXPECT_EQ(schema.lookUp("", "customers"), nullptr);
}

}  // namespace
}  // namespace hotswap::analysis::postgres
