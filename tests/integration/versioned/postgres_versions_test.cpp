// The main paths on each major version of PostgreSQL that HotSwap promises to work with: catalogs, functions and views
// of the server differ between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "integration/execution/fixture.h"
#include "project.h"
#include "support/eventually.h"

namespace hotswap::versioned {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// The one server of a version that all tests of this file share.
support::PostgresCluster& clusterOf(int version) {
  static std::map<int, support::PostgresCluster> all;
  return all.try_emplace(version, support::PostgresCluster::Options{.version = version}).first->second;
}

class PostgresVersion : public testing::TestWithParam<int> {
 protected:
  support::PostgresCluster& cluster_ = clusterOf(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Promised, PostgresVersion, testing::ValuesIn(support::postgresVersions),
                         [](const testing::TestParamInfo<int>& version) { return std::to_string(version.param); });

TEST_P(PostgresVersion, IsTheOneThatWasAskedFor) {
  const Project project(cluster_);
  const auto session = project.engine().connect(project.connection(), "test", Milliseconds(5000));
  EXPECT_EQ(session->serverVersion() / 10000, GetParam());
}

class MigratedVersion : public PostgresVersion, public Project {
 protected:
  MigratedVersion() : Project(cluster_) {
    write("0001_shop.up.sql",
          "create table customers (id int generated always as identity primary key, email text not null);\n"
          "create table orders (id bigserial primary key, customer int not null references customers (id),\n"
          "  total numeric(12, 2) not null check (total >= 0), placed timestamptz default now());\n"
          "insert into customers (email) values ('a'), ('b');\n"
          "insert into orders (customer, total) values (1, 10), (2, 20);\n");
    write("0001_shop.down.sql", "drop table orders;\ndrop table customers;\n");
    write("0002_index.up.sql",
          "create index concurrently orders_customer on orders (customer);\n"
          "alter table orders add constraint total_small check (total < 1000) not valid;\n"
          "alter table orders validate constraint total_small;\n");
    write("0002_index.down.sql",
          "alter table orders drop constraint total_small;\ndrop index concurrently orders_customer;\n");
    write("0003_note.up.sql", "alter table orders add column note text not null default '';\n");
    write("0003_note.down.sql", "alter table orders drop column note;\n");
    write("R_totals.sql",
          "create or replace view totals as select customer, sum(total) as total from orders group by customer;\n");
  }
  [[nodiscard]] db::SchemaListing listing() const {
    return engine().catalog().listing(*engine().connect(connection(), "test", Milliseconds(5000)));
  }
};

INSTANTIATE_TEST_SUITE_P(Promised, MigratedVersion, testing::ValuesIn(support::postgresVersions),
                         [](const testing::TestParamInfo<int>& version) { return std::to_string(version.param); });

TEST_P(MigratedVersion, GoesUpAndDown) {
  const db::SchemaListing empty = listing();
  EXPECT_EQ(standings(), "0001 pending, 0002 pending, 0003 pending, totals pending");
  const Report report = up();
  ASSERT_FALSE(report.failure) << report.failure->message;
  EXPECT_EQ(standings(), "0001 applied, 0002 applied, 0003 applied, totals applied");
  EXPECT_EQ(sql("select customer, total from totals order by customer"), "1|10.00;2|20.00");
  const db::SchemaListing full = listing();
  const Report redone = redo(place(), folder());
  ASSERT_FALSE(redone.failure) << redone.failure->message;
  EXPECT_THAT(db::differences(full, listing()), IsEmpty());
  run("drop view totals");
  const Report back = down({.to = Version::parse("0")});
  ASSERT_FALSE(back.failure) << back.failure->message;
  EXPECT_THAT(db::differences(empty, listing()), IsEmpty());
  EXPECT_EQ(attempts().size(), 9U);
}

TEST_P(MigratedVersion, LeavesNothingOfAFileThatFails) {
  ASSERT_FALSE(up().failure);
  const db::SchemaListing before = listing();
  write("0004_bad.up.sql",
        "create table late (id int);\nupdate orders set note = 'x';\nalter table orders\n  add column b nosuchtype;\n");
  const Report report = up();
  ASSERT_TRUE(report.failure);
  EXPECT_EQ(report.failure->sqlState, "42704");
  EXPECT_EQ(report.failure->place->line, 4);
  EXPECT_EQ(report.failure->place->column, 16);
  EXPECT_THAT(db::differences(before, listing()), IsEmpty());
  EXPECT_EQ(sql("select count(*) from orders where note = 'x'"), "0");
  EXPECT_EQ(attempts().back().entry.state, EntryState::Failed);
}

TEST_P(MigratedVersion, GoesOnWithAConcurrentBuildThatFailed) {
  ASSERT_FALSE(up().failure);
  run("insert into customers (email) values ('a')");
  write("0004_unique.up.sql",
        "create table late (id int);\ncreate unique index concurrently customers_email on customers (email);\n");
  const Report failed = up();
  ASSERT_TRUE(failed.failure);
  EXPECT_TRUE(failed.failure->leftHalfDone);
  EXPECT_EQ(sql("select count(*) from pg_index where not indisvalid"), "0");
  run("delete from customers where id = 3");
  EXPECT_EQ(repair(place(), folder()).size(), 1U);
  const Report report = up();
  EXPECT_FALSE(report.failure);
  EXPECT_EQ(sql("select count(*) from pg_index where indexrelid = 'customers_email'::regclass and indisvalid"), "1");
}

/// A schema that is written down as SQL, in a version that has what it needs.
struct Sample {
  int since = 0;
  std::string sql;
};

std::string sampleFile(const std::string& name) {
  std::ifstream file(std::string(HOTSWAP_SOURCE_DIR) + "/tests/integration/db/schema_dump/" + name + ".sql");
  if (!file) throw std::runtime_error("There is no sample " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// All on the newest version, which knows whatever they need; on the others those that differ most.
std::vector<Sample> samples() {
  return {
      {.since = 12, .sql = sampleFile("hostile")},
      {.since = 13, .sql = sampleFile("trade")},
      {.since = 18, .sql = sampleFile("people")},
      {.since = 14, .sql = sampleFile("airline")},
      {.since = 18, .sql = sampleFile("rental")},
      {.since = 18, .sql = sampleFile("tenants")},
      {.since = 18, .sql = sampleFile("analytics")},
      {.since = 12,
       .sql = "create table parent (id int primary key, at date not null, note text, check (id > 0))\n"
              "  partition by range (id);\n"
              "create table first partition of parent for values from (1) to (10);\n"
              "create table own (id int not null, at date not null, note text, primary key (id),\n"
              "  constraint parent_id_check check (id > 0));\n"
              "alter table parent attach partition own for values from (10) to (20);\n"
              "create table base (a int not null, b text);\n"
              "create table heir (c int primary key, d int generated always as (c * 2) stored) inherits (base);\n"
              "create table refers (id bigserial, p int references parent, q int, constraint far foreign key (q)\n"
              "  references parent on delete cascade deferrable);\n"
              "create view seen as select id, count(*) from parent group by id;\n"
              "create index concurrently note on base (b) include (a) where a > 0;\n"
              "create function f(int) returns int language plpgsql as $$ begin return $1; end $$;\n"
              "create materialized view kept as select f(a) from base;\n"},
      {.since = 18,
       .sql =
           "create table n (a int, b int, constraint b_there not null b not valid);\n"
           "create table v (a int, b int generated always as (a * 2) virtual, c int generated always as (a) stored);\n"
           "create table parent (id int primary key);\n"
           "create table child (id int, p int, foreign key (p) references parent (id) not enforced,\n"
           "  constraint small check (id < 9) not enforced);\n"
           "create extension btree_gist;\n"
           "create table booked (room int, during tstzrange, primary key (room, during without overlaps));\n"
           "create table paid (room int, during tstzrange,\n"
           "  foreign key (room, period during) references booked (room, period during));\n"
           "create table inherits_it (c int not null no inherit);\n"
           "create table heir (d int, primary key (a)) inherits (n);\n"},
  };
}

TEST_P(PostgresVersion, ComesBackWhole_FromItsDump) {
  for (const Sample& sample : samples()) {
    if (GetParam() < sample.since) continue;
    SCOPED_TRACE(sample.sql.substr(0, 200));
    const std::string original = cluster_.makeDatabase();
    const std::string copy = cluster_.makeDatabase();
    const auto engine = db::postgres::makeEngine();
    const auto connect = [&](const std::string& name) {
      return engine->connect(cluster_.connection(name), "test", Milliseconds(5000));
    };
    cluster_.psql(sample.sql, original);
    const std::string dump = engine->catalog().dump(*connect(original));
    cluster_.psql("begin;\n" + dump + "\ncommit;\n", copy);
    EXPECT_EQ(engine->catalog().dump(*connect(copy)), dump);
    EXPECT_THAT(
        db::differences(engine->catalog().listing(*connect(original)), engine->catalog().listing(*connect(copy))),
        IsEmpty())
        << dump;
  }
}

TEST(Postgres18, HasVirtualColumns_WhichTheListingTellsFromStoredOnes) {
  Project project(clusterOf(18));
  project.run(
      "create table t (a int, b int generated always as (a) virtual, c int generated always as (a) stored, "
      "d int generated always as (a))");
  const auto session = project.engine().connect(project.connection(), "test", Milliseconds(5000));
  const db::SchemaListing listing = project.engine().catalog().listing(*session);
  EXPECT_THAT(listing.definitions.at("column public.t.b"), HasSubstr("(a) virtual"));
  EXPECT_THAT(listing.definitions.at("column public.t.c"), HasSubstr("(a) stored"));
  EXPECT_THAT(listing.definitions.at("column public.t.d"), HasSubstr("(a) virtual"));
}

TEST_P(PostgresVersion, RunsAScript_AndProvesItsWayBack) {
  execution::Stage stage(cluster_);
  stage.sql(
      "create table t (id int primary key, note text); insert into t select i, 'old' from generate_series(1, 100) i");
  const db::SchemaListing before = stage.listing();
  const std::string script =
      "alter table t add column a int not null default 7; update t set note = 'new' where id <= 10;"
      "create index concurrently t_a on t (a)";
  EXPECT_EQ(stage.run(script).rowsAffected, 10);
  EXPECT_TRUE(stage.journal.says("10")) << stage.journal.text();
  const execution::WayBackResult back =
      stage.undo(script, "drop index concurrently t_a; alter table t drop column a", before);
  EXPECT_EQ(back.error, "");
  EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
  EXPECT_EQ(stage.invalidIndexes(), 0);
  EXPECT_EQ(stage.ownSessions(), 0);
  stage.sql("drop table t");
}

TEST_P(PostgresVersion, LetsTheSessionsBeSeenThatWaitForAScript) {
  execution::Stage stage(cluster_);
  stage.sql("create table w (id int primary key)");
  {
    const execution::OpenTransaction application(stage, "insert into w values (1)");
    execution::Running running(stage, "alter table w add column a int");
    EXPECT_TRUE(support::eventually([&] { return stage.journal.says("is undone and tried again"); }))
        << stage.journal.text();
    EXPECT_FALSE(running.ended());
    running.stop();
    EXPECT_NE(running.failure(), "");
  }
  EXPECT_EQ(stage.number("select count(*) from pg_attribute where attrelid = 'w'::regclass and attname = 'a'"), 0);
  stage.sql("drop table w");
}

TEST_P(PostgresVersion, IsWatched) {
  const Project project(cluster_);
  const auto connect = [&](const std::string& name) {
    return project.engine().connect(project.connection(), name, Milliseconds(5000));
  };
  const auto watcher = connect("hotswap/monitor");
  const auto application = connect("shop");
  const auto vitals = project.engine().vitals(*watcher, true);
  const db::VitalsReading before = vitals->read();
  for (int i = 0; i < 20; ++i) application->query("select count(*) from pg_class where relname > 'x'");
  const db::VitalsReading after = vitals->read();
  ASSERT_TRUE(after.hasQueryCounters);
  EXPECT_TRUE(std::ranges::any_of(after.queries, [](const auto& query) { return query.second.calls == 20; }));
  EXPECT_EQ(after.longestLockWaitMs, 0);
  EXPECT_TRUE(after.deadlocks);
  EXPECT_GE(after.diskOperations, before.diskOperations);
  EXPECT_TRUE(after.transactions);
  EXPECT_EQ(vitals->role(), db::InstanceRole::Primary);
}

}  // namespace
}  // namespace hotswap::versioned
