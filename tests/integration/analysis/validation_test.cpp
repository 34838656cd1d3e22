// What validation says of a script beside a real database.
#include "analysis/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "analysis/dialect.h"
#include "db/postgres/postgres_engine.h"
#include "support/postgres_cluster.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"

namespace hotswap::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* schema = R"(
  create schema app;
  create table public.customers (id bigint primary key, name text, note text);
  create table app.orders (id bigint primary key, customer bigint, amount int constraint positive check (amount > 0));
  create index orders_customer on app.orders (customer);
  create view public.rich as select * from public.customers;
  create sequence public.numbers;
  create type app.mood as enum ('sad');
  create function app.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touched before update on app.orders for each row execute function app.touch();
  insert into customers values (1, 'a', null), (2, 'a', null);
)";

const db::Engine& engine() {
  static const auto made = db::postgres::makeEngine();
  return *made;
}

const std::string& preparedDatabase() {
  static const std::string name = [] {
    std::string made = support::sharedCluster().makeDatabase();
    support::sharedCluster().psql(schema, made);
    return made;
  }();
  return name;
}

ValidationReport check(const std::string& script, bool dryRun = false,
                       const std::string& database = preparedDatabase()) {
  SystemClock clock;
  ValidationReport report =
      validate(engine(), support::sharedCluster().connection(database),
               {.migrationScript = script, .rollbackScript = "select 1", .dryRun = dryRun}, clock);
  // What the rules of the engine find stands on their own pages, which are their tests.
  const std::vector<RuleInfo> rules = dialectOf(DatabaseType::PostgreSQL)->rules();
  std::erase_if(report.findings, [&](const Finding& finding) {
    return std::ranges::find(rules, finding.rule, &RuleInfo::id) != rules.end();
  });
  return report;
}

/// `error missing-object 1:1`: everything but the words.
std::vector<std::string> findings(const ValidationReport& report) {
  std::vector<std::string> texts;
  for (const Finding& finding : report.findings) {
    texts.push_back(std::string(toText(finding.severity)) + " " + finding.rule + " " + std::to_string(finding.line) +
                    ":" + std::to_string(finding.column));
  }
  return texts;
}

struct Expectation {
  std::string script;
  std::vector<std::string> findings;
  friend std::ostream& operator<<(std::ostream& out, const Expectation& expectation) {
    return out << expectation.script;
  }
};

class ConflictsOfScript : public testing::TestWithParam<Expectation> {};

TEST_P(ConflictsOfScript, AreFound) {
  const auto report = check(GetParam().script);
  std::string said;
  for (const auto& finding : report.findings) said += finding.message + "\n";
  EXPECT_EQ(findings(report), GetParam().findings) << said;
}

using E = Expectation;
INSTANTIATE_TEST_SUITE_P(
    NothingWrong, ConflictsOfScript,
    testing::Values(
        E{"create table fresh (a int)", {}}, E{"create table app.customers (a int)", {}},
        E{"alter table customers add x int; update customers set x = 1", {}},
        E{"create table a (x int); create index i on a (x); alter table a add y int; drop table a; create table a (z "
          "int)",
          {}},
        E{"alter table customers rename to clients; insert into clients (id) values (1); create table customers (a "
          "int)",
          {}},
        E{"alter table customers rename name to title; update customers set title = 'x'; alter table customers add "
          "name text",
          {}},
        E{"drop table app.orders; create table app.orders (a int); create index orders_customer on app.orders (a)", {}},
        E{"drop index app.orders_customer; create index orders_customer on app.orders (customer)", {}},
        E{"alter table app.orders drop constraint positive, add constraint positive check (amount > 1)", {}},
        E{"create index orders_customer on customers (id)", {}},
        E{"create schema s; create table s.t (a int); insert into s.t values (1); drop schema s cascade", {}},
        E{"create function app.touch(int) returns int language sql as 'select 1'", {}},
        E{"with customers2 as (select 1) select * from customers2", {}},
        E{"select * from pg_catalog.pg_class, information_schema.tables", {}},
        E{"do $$ begin create table hidden (a int); end $$; insert into hidden values (1)", {}},
        E{"do $$ begin drop table customers; end $$; create table customers (a int)", {}},
        E{"set search_path = app; insert into orders (id) values (1); alter table orders add x int", {}},
        E{"create extension hstore; create table fresh (a hstore)", {}},
        E{"create temp table customers (a int); insert into customers values (1)", {}},
        E{"create table fresh (a app.mood, b text[], c serial, d varchar(5), e timestamptz, f \"char\")", {}},
        E{"alter table rich rename to richer", {}},
        E{"create trigger touched before update on customers for each row execute function app.touch()", {}}));

INSTANTIATE_TEST_SUITE_P(
    Missing, ConflictsOfScript,
    testing::Values(
        E{"alter table nothing add a int", {"error missing-object 1:1"}},
        E{"select 1;\n  insert into nothing values (1)", {"error missing-object 2:3"}},
        E{"insert into orders values (1)", {"error missing-object 1:1"}},
        E{"drop table nothing", {"error missing-object 1:1"}},
        E{"drop table if exists nothing", {"info missing-object 1:1"}},
        E{"alter table if exists nothing add a int", {"info missing-object 1:1"}},
        E{"alter table customers drop nothing", {"error missing-object 1:1"}},
        E{"alter table customers drop if exists nothing", {"info missing-object 1:1"}},
        E{"alter table customers rename nothing to x", {"error missing-object 1:1"}},
        E{"update customers set nothing = 1", {"error missing-object 1:1"}},
        E{"create index i on customers (nothing)", {"error missing-object 1:1"}},
        E{"create index i on nothing (a)", {"error missing-object 1:1"}},
        E{"drop index orders_customer", {"error missing-object 1:1"}},
        E{"alter table app.orders drop constraint nothing", {"error missing-object 1:1"}},
        E{"alter table app.orders validate constraint nothing", {"error missing-object 1:1"}},
        E{"drop trigger nothing on app.orders", {"error missing-object 1:1"}},
        E{"create table fresh (a nothing)", {"error missing-object 1:1"}},
        E{"create table fresh (a mood)", {"error missing-object 1:1"}},
        E{"create table fresh (a int references nothing)", {"error missing-object 1:1"}},
        E{"create table fresh (a int references customers (nothing))", {"error missing-object 1:1"}},
        E{"create view v as select * from nothing", {"error missing-object 1:1"}},
        E{"create trigger t before insert on customers for each row execute function nothing()",
          {"error missing-object 1:1"}},
        E{"drop function nothing()", {"error missing-object 1:1"}},
        E{"drop schema nothing", {"error missing-object 1:1"}},
        E{"comment on column customers.nothing is 'x'", {"error missing-object 1:1"}},
        E{"alter sequence nothing restart", {"error missing-object 1:1"}},
        E{"drop table customers; insert into customers values (1)", {"error missing-object 1:23"}},
        E{"alter table customers rename to clients; insert into customers values (1)", {"error missing-object 1:42"}},
        E{"alter table customers drop note; update customers set note = 'x'", {"error missing-object 1:34"}},
        E{"insert into nothing values (1); insert into nothing values (2)", {"error missing-object 1:1"}}));

INSTANTIATE_TEST_SUITE_P(
    Taken, ConflictsOfScript,
    testing::Values(E{"create table customers (a int)", {"error object-exists 1:1"}},
                    E{"create table public.customers (a int)", {"error object-exists 1:1"}},
                    E{"create table if not exists customers (a int)", {"info object-exists 1:1"}},
                    E{"create view customers as select 1", {"error object-exists 1:1"}},
                    E{"create or replace view rich as select * from customers", {"info object-exists 1:1"}},
                    E{"create index orders_customer on app.orders (amount)", {"error object-exists 1:1"}},
                    E{"create sequence numbers", {"error object-exists 1:1"}},
                    E{"create schema app", {"error object-exists 1:1"}},
                    E{"create schema if not exists app", {"info object-exists 1:1"}},
                    E{"create type app.mood as enum ('a')", {"error object-exists 1:1"}},
                    E{"alter table customers add name text", {"error object-exists 1:1"}},
                    E{"alter table customers add if not exists name text", {"info object-exists 1:1"}},
                    E{"alter table customers rename note to name", {"error object-exists 1:1"}},
                    E{"alter table customers rename to rich", {"error object-exists 1:1"}},
                    E{"alter table app.orders add constraint positive check (id > 0)", {"error object-exists 1:1"}},
                    E{"create trigger touched before insert on app.orders for each row execute function app.touch()",
                      {"error object-exists 1:1"}},
                    E{"create table fresh (a int constraint customers_pkey primary key)", {"error object-exists 1:1"}},
                    E{"create table a (x int); create table a (y int)", {"error object-exists 1:25"}},
                    E{"alter table customers add x int; alter table customers add x int",
                      {"error object-exists 1:34"}}));

INSTANTIATE_TEST_SUITE_P(
    Indexes, ConflictsOfScript,
    testing::Values(E{"create index concurrently other on app.orders (customer)", {"warning duplicate-index 1:1"}},
                    E{"create index other on app.orders using btree (customer asc)", {"warning duplicate-index 1:1"}},
                    E{"create index other on app.orders (customer desc)", {}},
                    E{"create unique index other on app.orders (customer)", {}},
                    E{"create unique index other on app.orders (id)", {"warning duplicate-index 1:1"}},
                    E{"drop index app.orders_customer; create index other on app.orders (customer)", {}}));

TEST(Validate, SaysWhatItMeans) {
  const auto missing = check("alter table app.orders drop nothing").findings;
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].message, "The column app.orders.nothing does not exist.");
  EXPECT_EQ(missing[0].statement, 0U);
  EXPECT_THAT(missing[0].recommendation, testing::Not(IsEmpty()));
  const auto taken = check("create table customers (a int)").findings;
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].message, "The table customers exists already.");
  const auto twin = check("create index other on app.orders (customer)").findings;
  ASSERT_EQ(twin.size(), 1U);
  EXPECT_EQ(twin[0].message, "The index app.orders_customer on orders is the same under another name.");
}

TEST(Validate, WarnsOfAnInvalidIndex_OnATableItTouches) {
  auto& cluster = support::sharedCluster();
  const std::string database = cluster.makeDatabase();
  cluster.psql("create table t (a int); create table other (a int); insert into t values (1), (1)", database);
  EXPECT_THROW(cluster.psql("create unique index concurrently broken on t (a)", database), std::runtime_error);
  EXPECT_THAT(findings(check("select 1; alter table t add b int", false, database)),
              ElementsAre("warning invalid-index 1:11"));
  EXPECT_THAT(findings(check("alter table other add b int", false, database)), IsEmpty());
  EXPECT_THAT(findings(check("drop index concurrently broken; alter table t add b int", false, database)), IsEmpty());
  EXPECT_THAT(findings(check("reindex index concurrently broken; alter table t add b int", false, database)),
              IsEmpty());
}

TEST(Validate, ChangesNothing) {
  const auto session =
      engine().connect(support::sharedCluster().connection(preparedDatabase()), "test", Milliseconds(10'000));
  const std::string before = engine().catalog().listing(*session).fingerprint();
  EXPECT_TRUE(
      check("alter table customers add x int; update customers set x = 1; drop table app.orders", true).isValid);
  EXPECT_EQ(engine().catalog().listing(*session).fingerprint(), before);
  EXPECT_EQ(session->query("select count(*) from customers").text(0, 0), "2");
}

TEST(Validate, StillAnswers_WhenTheScriptIsNoSql) {
  const auto report = check("selct", true);
  EXPECT_THAT(findings(report), ElementsAre("error syntax 1:1"));
  EXPECT_FALSE(report.dryRun);
}

TEST(Validate, ThrowsWhenTheDatabaseCantBeReached) {
  SystemClock clock;
  const auto nowhere = support::sharedCluster().connection(preparedDatabase()).with("port", "1");
  EXPECT_THROW(
      validate(engine(), nowhere, {.migrationScript = "select 1", .rollbackScript = {}, .dryRun = true}, clock),
      db::SqlError);
}

TEST(DryRun, TellsPlaceAndState_OfTheStatementThatFails) {
  const auto report =
      check("alter table customers add x int;\n\n-- é\n  create unique index u on customers (name);", true);
  ASSERT_THAT(findings(report), ElementsAre("error dry-run 4:3"));
  EXPECT_FALSE(report.isValid);
  EXPECT_TRUE(report.dryRun);
  EXPECT_EQ(report.findings[0].sqlState, "23505");
  EXPECT_EQ(report.findings[0].statement, 1U);
  EXPECT_THAT(report.findings[0].message, HasSubstr("could not create unique index"));
}

TEST(DryRun, RefusesATruncate_WhenItsCascadeEmptiesATableItDoesNotName) {
  const auto report = check(
      "create table a (id int primary key); create table b (a int references a); insert into a values (1);"
      "insert into b values (1); truncate a cascade",
      true);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].rule, "truncate-cascade");
  EXPECT_THAT(report.findings[0].message, HasSubstr("public.b"));
  EXPECT_FALSE(report.isValid);
}

TEST(DryRun, PointsIntoTheStatement_WhereTheServerDoes) {
  const auto report = check("select 'é';\nselect 'ü', nothing\nfrom customers", true);
  ASSERT_THAT(findings(report), ElementsAre("error dry-run 2:13"));
  EXPECT_EQ(report.findings[0].sqlState, "42703");
}

TEST(DryRun, FindsWhatOnlyTheCommitWouldCheck) {
  const auto report = check(
      "create table a (id int primary key); create table b (a int references a deferrable initially deferred); insert "
      "into b values (1)",
      true);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].rule, "dry-run");
  EXPECT_EQ(report.findings[0].sqlState, "23503");
}

TEST(DryRun, TriesWhatComesBeforeAStatementThatStandsAlone) {
  const auto good =
      check("alter table customers add x int; create index concurrently i on customers (x); select 1/0", true);
  EXPECT_THAT(findings(good), ElementsAre("info dry-run-partial 1:34"));
  EXPECT_TRUE(good.dryRun);
  const auto bad = check("select 1/0; vacuum customers", true);
  EXPECT_THAT(findings(bad), ElementsAre("error dry-run 1:1"));
  const auto alone = check("vacuum customers", true);
  EXPECT_THAT(findings(alone), ElementsAre("info dry-run-partial 1:1"));
  EXPECT_FALSE(alone.dryRun);
}

TEST(DryRun, LetsGoOfItsLocksAfterFiveSeconds_WhateverElseIsInTheScript) {
  const auto begun = std::chrono::steady_clock::now();
  const auto report = check("alter table customers add x int; select pg_sleep(600)", true);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(5)) << "it did not sleep to the end";
  EXPECT_THAT(findings(report), ElementsAre("warning dry-run-timeout 1:34"));
  EXPECT_THAT(report.findings[0].message, HasSubstr("5 s once it holds locks"));
  EXPECT_FALSE(report.dryRun);
}

TEST(DryRun, DoesNothingThatARollbackWouldNotUndo) {
  const support::TemporaryFolder folder;
  support::giveToServerUser(folder.path());
  const std::string file = (folder.path() / "trace").string();
  for (const std::string& script :
       {"copy customers to program 'cat > " + file + "'", "copy customers to '" + file + "'"}) {
    EXPECT_THAT(findings(check(script, true)), ElementsAre("info dry-run-partial 1:1")) << script;
    EXPECT_FALSE(std::filesystem::exists(file)) << script;
  }
}

TEST(DryRun, IsNotAnError_WhenSomebodyHoldsALock) {
  const auto holder =
      engine().connect(support::sharedCluster().connection(preparedDatabase()), "test", Milliseconds(10'000));
  holder->begin();
  holder->execute("select * from customers");
  const auto report = check("set lock_timeout = 0; alter table customers add x int", true);
  holder->rollback();
  EXPECT_THAT(findings(report), ElementsAre("warning dry-run-locked 1:23"));
  EXPECT_EQ(report.findings[0].sqlState, "55P03");
  EXPECT_TRUE(report.isValid);
  EXPECT_FALSE(report.dryRun);
}

TEST(DryRun, IsLeftOut_WhenThereAreErrorsAlready) {
  const auto report = check("create table customers (a int); select 1/0", true);
  EXPECT_THAT(findings(report), ElementsAre("error object-exists 1:1"));
  EXPECT_FALSE(report.dryRun);
}

TEST(DryRun, LeavesNoSessionBehind) {
  check("alter table customers add x int; select 1/0", true);
  const auto session =
      engine().connect(support::sharedCluster().connection(preparedDatabase()), "test", Milliseconds(10'000));
  EXPECT_EQ(
      session
          ->query(
              "select count(*) from pg_stat_activity where application_name = 'hotswap/validate' and state <> 'idle'")
          .text(0, 0),
      "0");
}

/// A clock on which everything takes ten seconds.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return {}; }
  [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
    time_ += std::chrono::seconds(10);
    return time_;
  }
  bool waitFor(Milliseconds /*duration*/, const std::stop_token& /*stop*/) override { return true; }

 private:
  mutable std::chrono::steady_clock::time_point time_;
};

TEST(Validate, SaysWhatItHadNoTimeFor) {
  SlowClock clock;
  const auto report =
      validate(engine(), support::sharedCluster().connection(preparedDatabase()),
               {.migrationScript = "select 1; select 2; select 3; select 4; insert into nothing values (1)",
                .rollbackScript = "select 1",
                .dryRun = true},
               clock);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].rule, "not-finished");
  EXPECT_FALSE(report.dryRun);
}

std::vector<std::string> locksOf(const StatementReport& statement) {
  std::vector<std::string> texts;
  for (const LockReport& lock : statement.locks) texts.push_back(lock.object + " " + lock.mode);
  return texts;
}

TEST(EffectsOfScript, AreThoseOfTheLiveSchema) {
  const ValidationReport report = check(
      "alter table app.orders add foreign key (customer) references customers; alter table customers alter id type "
      "int");
  ASSERT_EQ(report.statements.size(), 2U);
  EXPECT_THAT(locksOf(report.statements[0]),
              ElementsAre("app.orders ShareRowExclusiveLock", "public.customers ShareRowExclusiveLock"));
  EXPECT_THAT(report.statements[0].scans, ElementsAre("app.orders", "public.customers"));
  EXPECT_FALSE(report.statements[0].blocksReads);
  EXPECT_TRUE(report.statements[0].blocksWrites);
  ASSERT_TRUE(report.statements[0].estimated);
  EXPECT_GT(report.statements[0].estimated->count(), 0);
}

TEST(EffectsOfScript, GoOnFromWhatTheScriptItselfHasMade) {
  const ValidationReport report = check("create table fresh (a int); alter table fresh alter a type bigint");
  ASSERT_EQ(report.statements.size(), 2U);
  EXPECT_THAT(report.statements[1].locks, IsEmpty());
  EXPECT_FALSE(report.statements[1].blocksReads);
  EXPECT_THAT(report.statements[1].rewrites, ElementsAre("public.fresh"));
  EXPECT_TRUE(report.estimatedDuration);
}

TEST(EffectsOfScript, WithoutAServerAreThoseOfTheTextAndHaveNoTime) {
  const ValidationReport report =
      validateOffline(engine(), {.migrationScript = "create index on orders (customer)", .rollbackScript = "select 1"});
  ASSERT_EQ(report.statements.size(), 1U);
  EXPECT_THAT(locksOf(report.statements[0]), ElementsAre("orders ShareLock"));
  EXPECT_TRUE(report.statements[0].blocksWrites);
  EXPECT_FALSE(report.statements[0].estimated);
  EXPECT_FALSE(report.estimatedDuration);
  EXPECT_THAT(report.statements[0].unknown, ElementsAre(HasSubstr("orders")));
}

TEST(InversesOfScript, AreThoseOfTheLiveSchema_TheLastFirst) {
  const ValidationReport report = check(
      "create table fresh (a int);\nalter table customers alter name set default 'x';\ndrop index app.orders_customer");
  ASSERT_EQ(report.statements.size(), 3U);
  EXPECT_EQ(report.statements[0].inverse, "DROP TABLE public.fresh;\n");
  EXPECT_EQ(report.statements[1].inverse, "ALTER TABLE public.customers ALTER COLUMN name DROP DEFAULT;\n");
  EXPECT_EQ(report.statements[2].inverse, "CREATE INDEX orders_customer ON app.orders USING btree (customer);\n");
  ASSERT_TRUE(report.rollback);
  EXPECT_TRUE(report.rollback->reversible);
  EXPECT_EQ(report.rollback->script,
            *report.statements[2].inverse + *report.statements[1].inverse + *report.statements[0].inverse);
}

TEST(InversesOfScript, NameWhatIsLost) {
  const ValidationReport report = check("drop table app.orders");
  ASSERT_EQ(report.statements.size(), 1U);
  EXPECT_FALSE(report.statements[0].reversible.value_or(true));
  EXPECT_THAT(report.statements[0].lost, ElementsAre("The rows of app.orders are lost."));
  ASSERT_TRUE(report.statements[0].inverse);
  EXPECT_THAT(*report.statements[0].inverse, HasSubstr("CREATE TABLE app.orders"));
  EXPECT_FALSE(report.rollback->reversible);
}

TEST(Validate, JudgesByTheSchemaOfTheDatabase) {
  SystemClock clock;
  const auto report =
      validate(engine(), support::sharedCluster().connection(preparedDatabase()),
               {.migrationScript = "alter table app.orders add other uuid default gen_random_uuid();\n"
                                   "create table mine (a bigint primary key, b int);\ncreate index on mine (b);\n"
                                   "-- hotswap: allow create-index-blocks-writes reason=\"small\"\n"
                                   "create index on app.orders (id, customer)",
                .rollbackScript = "select 1",
                .dryRun = false},
               clock);
  std::vector<std::string> found;
  for (const Finding& finding : report.findings) {
    found.push_back(finding.rule + " " + std::to_string(finding.line) + (finding.allowed ? " allowed" : ""));
  }
  EXPECT_THAT(found, ElementsAre("add-column-rewrites 1", "create-index-blocks-writes 5 allowed"));
  EXPECT_EQ(report.statements.at(0).rewrites, std::vector<std::string>{"app.orders"});
  EXPECT_TRUE(report.isValid);
  EXPECT_THAT(report.findings.at(0).saferScript, testing::StartsWith("ALTER TABLE app.orders ADD COLUMN other uuid, "));
  EXPECT_THAT(report.findings.at(1).saferScript, testing::StartsWith("CREATE INDEX CONCURRENTLY "));
  ASSERT_TRUE(report.saferScript);
  EXPECT_THAT(*report.saferScript,
              HasSubstr("create table mine (a bigint primary key, b int);\ncreate index on mine (b);\n"));
  EXPECT_THAT(*report.saferScript, testing::EndsWith("create index on app.orders (id, customer)"));
}

}  // namespace
}  // namespace hotswap::analysis
