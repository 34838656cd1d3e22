// Scripts run forward, back and forward again in a copy of the schema, and what becomes of the copy.
#include "analysis/rehearsal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "analysis/validation.h"
#include "db/postgres/postgres_engine.h"
#include "db/sql_error.h"
#include "support/postgres_cluster.h"

namespace hotswap::analysis {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* schema =
    "create schema app; create table app.orders (id int primary key, note text default 'x');"
    "create index orders_note on app.orders (note); create view app.notes as select note from app.orders;"
    "insert into app.orders values (1);";

/// A server of its own, as scratch databases are counted.
class RehearsalTest : public testing::Test {
 protected:
  static support::PostgresCluster& cluster() {
    static support::PostgresCluster made;
    return made;
  }

  RehearsalTest() : engine_(db::postgres::makeEngine()), database_(cluster().makeDatabase()) {
    cluster().psql("drop extension pg_stat_statements; " + std::string(schema), database_);
  }
  ~RehearsalTest() override { EXPECT_EQ(scratchDatabases(), "0") << "none is left behind"; }

  static std::string scratchDatabases() {
    std::string count = cluster().psql("select count(*) from pg_database where datname like 'hotswap_rehearsal_%'");
    while (!count.empty() && count.back() == '\n') count.pop_back();
    return count;
  }

  Rehearsal rehearsed(const std::string& forward, const std::optional<std::string>& back) {
    return rehearsed(forward, back, cluster().connection(database_));
  }
  Rehearsal rehearsed(const std::string& forward, const std::optional<std::string>& back,
                      const ConnectionString& target) {
    const Deadline deadline{clock_, clock_.steadyNow() + std::chrono::minutes(2)};
    return rehearse(*engine_, target, forward, back, deadline);
  }

  SystemClock clock_;
  std::unique_ptr<db::Engine> engine_;
  std::string database_;
};

TEST_F(RehearsalTest, PassesWhereTheWayBackBringsTheSchemaBack) {
  const Rehearsal result = rehearsed(
      "alter table app.orders add amount int; create index concurrently orders_amount on app.orders (amount);",
      "drop index concurrently app.orders_amount; alter table app.orders drop amount;");
  EXPECT_TRUE(result.ran);
  EXPECT_TRUE(result.passed) << result.message;
  EXPECT_THAT(result.differences, IsEmpty());
  EXPECT_GT(result.duration.count(), 0);
}

TEST_F(RehearsalTest, LeavesTheTargetAlone) {
  const auto session = engine_->connect(cluster().connection(database_), "test", Milliseconds(10'000));
  const std::string before = engine_->catalog().listing(*session).text();
  rehearsed("drop view app.notes; delete from app.orders;", "create view app.notes as select note from app.orders");
  EXPECT_EQ(engine_->catalog().listing(*session).text(), before);
  EXPECT_EQ(session->query("select count(*) from app.orders").integer(0, 0), 1);
}

TEST_F(RehearsalTest, NamesWhatABrokenWayBackLeavesDifferent) {
  const Rehearsal result = rehearsed("alter table app.orders add amount int; drop view app.notes;",
                                     "create view app.notes as select note as text from app.orders;");
  EXPECT_TRUE(result.ran);
  EXPECT_FALSE(result.passed);
  EXPECT_THAT(result.message, HasSubstr("does not bring the schema back"));
  EXPECT_THAT(result.differences, Contains(StartsWith("column app.orders.amount is new")));
  EXPECT_THAT(result.differences, Contains(StartsWith("view app.notes has changed")));
}

TEST_F(RehearsalTest, FindsAScriptThatCannotGoForwardTwice) {
  // What it makes depends on how often it was run.
  const Rehearsal result = rehearsed(
      "do $$ begin execute format('alter table app.orders add column c%s int', "
      "(select max(attnum) from pg_attribute where attrelid = 'app.orders'::regclass)); end $$",
      "do $$ begin execute format('alter table app.orders drop column %I', (select attname from pg_attribute "
      "where attrelid = 'app.orders'::regclass and not attisdropped and attname ~ '^c[0-9]')); end $$");
  EXPECT_TRUE(result.ran);
  EXPECT_FALSE(result.passed);
  EXPECT_THAT(result.message, HasSubstr("second run forward"));
}

TEST_F(RehearsalTest, SaysWhichStatementFails) {
  const Rehearsal forward =
      rehearsed("create table app.fresh (a int);\nalter table app.orders add note int;", "select 1");
  EXPECT_TRUE(forward.ran);
  EXPECT_FALSE(forward.passed);
  EXPECT_THAT(forward.message, StartsWith("forward: statement 2 (line 2) failed: "));
  const Rehearsal back = rehearsed("create table app.fresh (a int);", "drop table app.flesh;");
  EXPECT_FALSE(back.passed);
  EXPECT_THAT(back.message, StartsWith("back: statement 1 (line 1) failed: "));
}

TEST_F(RehearsalTest, RefusesWhatReachesOutOfTheScratchDatabase) {
  for (const char* script : {"create role rehearsed", "alter system set work_mem = '8MB'", "drop database nowhere",
                             "copy app.orders to '/tmp/nowhere'"}) {
    const Rehearsal result = rehearsed(script, std::nullopt);
    EXPECT_FALSE(result.ran) << script;
    EXPECT_THAT(result.message, HasSubstr("outside of its database")) << script;
  }
}

TEST_F(RehearsalTest, WithoutTheRightToMakeDatabasesSaysWhatIsMissing) {
  cluster().psql(
      "drop role if exists modest; create role modest login password 'modest'; grant usage on schema app to modest",
      database_);
  const Rehearsal result = rehearsed("select 1", "select 1",
                                     cluster().connection(database_).with("user", "modest").with("password", "modest"));
  EXPECT_FALSE(result.ran);
  EXPECT_THAT(result.message, HasSubstr("CREATEDB"));
  cluster().psql("drop owned by modest; drop role modest", database_);
}

TEST_F(RehearsalTest, CleansUpWhenItsSessionsAreKilledInTheMiddle) {
  std::atomic<bool> killed = false;
  std::jthread killer([&](const std::stop_token& stop) {
    const auto session = engine_->connect(cluster().connection(), "killer", Milliseconds(10'000));
    while (!stop.stop_requested() && !killed) {
      const auto rows = session->query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'hotswap/rehearsal%' "
          "and exists (select from pg_stat_activity where query like '%pg_sleep(300)%' and pid <> pg_backend_pid())");
      killed = !rows.empty();
      clock_.waitFor(Milliseconds(20), stop);
    }
  });
  const Rehearsal result = rehearsed("select pg_sleep(300)", "select 1");
  killer.request_stop();
  killer.join();
  EXPECT_TRUE(killed);
  EXPECT_FALSE(result.ran) << "the script is not to blame";
  EXPECT_FALSE(result.passed);
  EXPECT_THAT(result.message, HasSubstr("statement 1"));
}

TEST_F(RehearsalTest, SweepsAwayWhatAKilledRunHasLeft_AndNothingElse) {
  cluster().psql("create database hotswap_rehearsal_20200101000000_999999999");
  cluster().psql("create database hotswap_rehearsal_not_ours");
  const std::string fresh =
      "select format('create database hotswap_rehearsal_%s_999999999', to_char(now() at time zone 'UTC', "
      "'YYYYMMDDHH24MISS')) \\gexec";
  cluster().psql(fresh);
  EXPECT_TRUE(rehearsed("select 1", "select 1").passed);
  EXPECT_EQ(scratchDatabases(), "2") << "one is too young, the other only looks alike";
  cluster().psql(
      "select format('drop database %I', datname) from pg_database where datname like 'hotswap_rehearsal_%' \\gexec");
}

TEST_F(RehearsalTest, StandsInTheReport_WithAnErrorWhereItDoesNotPass) {
  const auto report = validate(*engine_, cluster().connection(database_),
                               {.migrationScript = "alter table app.orders add amount int",
                                .rollbackScript = "select 1",
                                .dryRun = false,
                                .rehearse = true},
                               clock_);
  ASSERT_TRUE(report.rehearsal);
  EXPECT_FALSE(report.isValid);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings.back().rule, "rehearsal");
  EXPECT_THAT(report.findings.back().message, HasSubstr("column app.orders.amount is new"));
}

TEST_F(RehearsalTest, TakesTheWayBackThatFollowsFromTheScript_WhereThereIsNone) {
  const auto report = validate(*engine_, cluster().connection(database_),
                               {.migrationScript = "alter table app.orders alter note set default 'y'; "
                                                   "drop view app.notes",
                                .rollbackScript = {},
                                .dryRun = false,
                                .rehearse = true},
                               clock_);
  ASSERT_TRUE(report.rehearsal);
  EXPECT_TRUE(report.rehearsal->passed) << report.rehearsal->message;
  EXPECT_THAT(report.rehearsal->message, IsEmpty());
}

}  // namespace
}  // namespace hotswap::analysis
