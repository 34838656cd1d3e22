// Listings: equal for equal schemas however they came about, readable differences, inside and outside of transactions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "db/postgres/postgres_catalog.h"
#include "db/postgres/postgres_engine.h"
#include "integration/db/counting_session.h"
#include "support/eventually.h"
#include "support/postgres_cluster.h"

namespace hotswap::db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Engine& engine() {
  static const auto made = postgres::makeEngine();
  return *made;
}

class CatalogListing : public testing::Test {
 protected:
  CatalogListing() : database_(support::sharedCluster().makeDatabase()), session_(connect(database_)) {}

  static std::unique_ptr<Session> connect(const std::string& database) {
    return engine().connect(support::sharedCluster().connection(database), "test", Milliseconds(10'000));
  }
  void run(const std::string& sql) { support::sharedCluster().psql(sql, database_); }
  SchemaListing listing() { return engine().catalog().listing(*session_); }

  std::string database_;
  std::unique_ptr<Session> session_;
};

TEST_F(CatalogListing, IsTheSame_WhateverTheOrderOfMaking) {
  run("create table a (id int primary key, note text); create table b (id int primary key, a int references a); create "
      "index b_a on b (a);"
      "create view v as select * from a; grant select on a to public; grant select on b to pg_monitor; comment on "
      "table a is 'x'");
  const std::string other = support::sharedCluster().makeDatabase();
  support::sharedCluster().psql(
      "create table b (id int); create table a (note text); alter table b add a int; create index b_a on b (a); drop "
      "table a;"
      "create table a (id int not null, note text); comment on table a is 'x'; alter table a add primary key (id);"
      "grant select on b to pg_monitor; grant insert on b to pg_monitor; revoke insert on b from pg_monitor;"
      "alter table b add constraint b_a_fkey foreign key (a) references a, add primary key (id); grant select on a to "
      "public;"
      "create view v as select * from a",
      other);
  const auto otherSession = connect(other);
  const SchemaListing here = listing();
  const SchemaListing there = engine().catalog().listing(*otherSession);
  EXPECT_THAT(differences(here, there), IsEmpty());
  EXPECT_EQ(here.fingerprint(), there.fingerprint());
}

TEST_F(CatalogListing, IsAsBefore_OnceADroppedColumnIsBackInItsPlace) {
  run("create table t (a int, b text not null default 'x')");
  const SchemaListing before = listing();
  run("alter table t drop b; alter table t add b text not null default 'x'");
  EXPECT_THAT(differences(before, listing()), IsEmpty());
}

TEST_F(CatalogListing, IsAsBefore_OnceADroppedTableIsBackWithRowsInIt) {
  const std::string table = "create table t (a int primary key, b text); create index t_b on t (b)";
  run(table);
  const SchemaListing before = listing();
  run("drop table t; " + table + "; insert into t select n, n from generate_series(1, 1000) n; analyze t");
  EXPECT_EQ(before.fingerprint(), listing().fingerprint());
}

TEST_F(CatalogListing, DoesNotKnowTheValuesOfSequences) {
  run("create sequence s; create table t (id bigserial)");
  const SchemaListing before = listing();
  run("select nextval('s'); insert into t default values");
  EXPECT_EQ(before.fingerprint(), listing().fingerprint());
}

TEST_F(CatalogListing, SaysWhatHasChanged) {
  run("create table t (a int, b text)");
  const SchemaListing before = listing();
  run("alter table t drop b, alter a set not null; create index i on t (a)");
  EXPECT_THAT(differences(before, listing()),
              ElementsAre("column public.t.a has changed: 1 integer not null instead of 1 integer",
                          "column public.t.b is missing", "index public.i is new"));
}

TEST_F(CatalogListing, SeesChangesOfItsOwnTransaction_AndOthersDoNot) {
  const SchemaListing before = listing();
  const auto other = connect(database_);
  session_->begin();
  session_->execute("create table t (a int)");
  EXPECT_NE(listing().fingerprint(), before.fingerprint());
  EXPECT_EQ(engine().catalog().listing(*other).fingerprint(), before.fingerprint());
  session_->rollback();
  EXPECT_EQ(listing().fingerprint(), before.fingerprint());
}

TEST_F(CatalogListing, LeavesTheSessionAsItWas_OutsideOfATransaction) {
  session_->execute("set search_path = pg_temp, public");
  session_->execute("set datestyle = 'German'");
  listing();
  EXPECT_FALSE(session_->inTransaction());
  EXPECT_EQ(session_->query("show search_path").text(0, 0), "pg_temp, public");
  EXPECT_EQ(session_->query("show datestyle").text(0, 0), "German, DMY");
}

TEST_F(CatalogListing, LeavesTheSessionAsItWas_InsideOfATransaction) {
  session_->execute("set search_path = public");
  session_->begin();
  session_->execute("set search_path = app, public");
  session_->execute("set local timezone = 'Europe/Berlin'");
  listing();
  EXPECT_TRUE(session_->inTransaction());
  EXPECT_EQ(session_->query("show search_path").text(0, 0), "app, public");
  EXPECT_EQ(session_->query("show timezone").text(0, 0), "Europe/Berlin");
  session_->commit();
  EXPECT_EQ(session_->query("show search_path").text(0, 0), "app, public");
}

TEST_F(CatalogListing, DoesNotDependOnTheSettingsOfTheSession) {
  run("create schema app; create table app.t (a date default '2024-12-31', b interval default '1 day 2 hours', c float "
      "default 0.1,"
      "at timestamptz not null default '2024-01-01 12:00+00') partition by range (at);"
      "create table app.p partition of app.t for values from ('2024-01-01 00:00+00') to ('2024-02-01 00:00+00');"
      "create view app.v as select * from app.t where at > '2024-01-01 12:00+00'");
  const SchemaListing before = listing();
  for (const char* setting :
       {"search_path = app", "datestyle = 'SQL, DMY'", "intervalstyle = 'iso_8601'", "timezone = 'Asia/Tokyo'",
        "extra_float_digits = -5", "quote_all_identifiers = on", "bytea_output = 'escape'"}) {
    session_->execute(std::string("set ") + setting);
  }
  EXPECT_THAT(differences(before, listing()), IsEmpty());
}

TEST_F(CatalogListing, GivesErrorsBack_AndTheSessionWorksOn) {
  session_->begin();
  EXPECT_THROW(session_->execute("select 1 / 0"), SqlError);
  EXPECT_THROW(listing(), SqlError);
  session_->rollback();
  EXPECT_NO_THROW(listing());
  EXPECT_FALSE(session_->inTransaction());
}

TEST_F(CatalogListing, LeavesOutTemporaryTablesSystemObjectsAndWhatExtensionsBring) {
  const SchemaListing before = listing();
  session_->execute("create temp table t (a int primary key, b text)");
  session_->execute("comment on table t is 'x'");
  EXPECT_THAT(differences(before, listing()), IsEmpty());
  run("create extension hstore");
  EXPECT_THAT(differences(before, listing()),
              ElementsAre("comment on extension hstore is new", "extension hstore is new"));
  for (const auto& [key, value] : before.definitions) EXPECT_EQ(key.find("pg_catalog."), std::string::npos) << key;
}

TEST_F(CatalogListing, ShowsAnInvalidIndex) {
  run("create table t (a int); insert into t values (1), (1)");
  const auto builder = connect(database_);
  EXPECT_THROW(builder->execute("create unique index concurrently i on t (a)"), SqlError);
  EXPECT_THAT(listing().definitions.at("index public.i"), testing::HasSubstr("invalid"));
  const auto indexes = engine().catalog().indexes(*session_);
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_FALSE(indexes[0].valid);
}

TEST_F(CatalogListing, LeavesOutHotSwapsOwnHistory_AndNobodyElses) {
  run("create table schema_version (id int primary key, note text)");
  const SchemaListing before = listing();
  EXPECT_TRUE(before.definitions.contains("table public.schema_version"));
  run("create schema other; create table other.schema_version_log (id bigint generated always as identity primary key, "
      "a text check (a <> ''))");
  run("comment on table other.schema_version_log is 'HotSwap: every attempt at a version of the schema'; grant select "
      "on "
      "other.schema_version_log to public");
  EXPECT_THAT(differences(before, listing()), ElementsAre("schema other is new"));
}

TEST_F(CatalogListing, WorksForARoleThatOwnsNothing) {
  run("create table t (a int); create view v as select 1 as one; drop role if exists listing_guest; create role "
      "listing_guest login password 'guest-pw'");
  const auto guest = engine().connect(
      support::sharedCluster().connection(database_).with("user", "listing_guest").with("password", "guest-pw"), "test",
      Milliseconds(10'000));
  EXPECT_THAT(differences(listing(), engine().catalog().listing(*guest)), IsEmpty());
}

TEST_F(CatalogListing, TakesAsManyStatements_ForAThousandTablesAsForNone) {
  const auto count = [&](const auto& work) {
    CountingSession counting(*session_);
    work(counting);
    return counting.statements;
  };
  const Catalog& catalog = engine().catalog();
  const auto list = [&](Session& session) { (void)catalog.listing(session); };
  const auto everythingElse = [&](Session& session) {
    (void)catalog.tables(session);
    (void)catalog.indexes(session);
    (void)catalog.constraints(session);
  };
  const int listed = count(list);
  const int others = count(everythingElse);
  run("do $$ begin for n in 1..1000 loop execute format('create table t%s (id int primary key, a int, b text default "
      "%L, c int, d int, e int, "
      "f int, g int, h int, i int)', n, 'x'); end loop; end $$");
  EXPECT_EQ(count(list), listed);
  EXPECT_EQ(count(everythingElse), others);
  EXPECT_GE(listing().definitions.size(), 12'000U);
}

TEST_F(CatalogListing, IsWhole_ThoughEachOfItsQueriesMeetsADroppedTable) {
  run("create table t (id int primary key); create view v as select * from t");
  CountingSession racing(*session_);
  std::set<std::string, std::less<>> met;
  racing.beforeQuery = [&](std::string_view sql) {
    if (!sql.starts_with("\nwith member") || !met.emplace(sql).second) return;
    session_->query("select from gone");
  };
  EXPECT_EQ(engine().catalog().listing(racing).definitions, listing().definitions);
  EXPECT_GT(met.size(), 20U);
}

TEST_F(CatalogListing, AndOthersWhoMakeAndDropTablesMeanwhile_DontHurtEachOther) {
  std::atomic<int> rounds = 0;
  std::atomic<int> failures = 0;
  std::jthread churn([&](const std::stop_token& stop) {
    const auto session = connect(database_);
    while (!stop.stop_requested()) {
      try {
        session->execute("create table churn (id int primary key, a text default 'x' check (a <> ''))");
        session->execute("create view churn_view as select * from churn");
        session->execute("drop table churn cascade");
        ++rounds;
      } catch (const SqlError&) {
        ++failures;
      }
    }
  });
  for (int round = 0; round < 20; ++round) {
    EXPECT_NO_THROW(listing());
    EXPECT_FALSE(session_->inTransaction());
  }
  EXPECT_TRUE(support::eventually([&] { return rounds > 0; }));
  churn.request_stop();
  churn.join();
  EXPECT_EQ(failures, 0);
}

TEST_F(CatalogListing, HoldsNoLocks_InsideALongTransaction) {
  run("create table t (a int); create view v as select * from t");
  session_->begin();
  listing();
  const auto other = connect(database_);
  engine().setLimits(*other, {.lock = Milliseconds(1)});
  EXPECT_NO_THROW(other->execute("drop table t cascade"));
  session_->rollback();
}

}  // namespace
}  // namespace hotswap::db
