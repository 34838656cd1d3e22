// What only a server does to a run: sessions that are ended, search paths that change, settings that scripts leave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "project.h"
#include "support/eventually.h"

namespace hotswap::versioned {
namespace {

class RunnerOnPostgres : public testing::Test, public Project {
 protected:
  RunnerOnPostgres() : Project(DatabaseType::PostgreSQL) {}
  [[nodiscard]] bool sleeps() {
    return sql("select count(*) from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> "
               "pg_backend_pid() and datname = current_database()") != "0";
  }
};

TEST_F(RunnerOnPostgres, FindsItsHistory_ThoughTheSearchPathHasChanged) {
  write("0001_a.up.sql", "create table cnt (i int); insert into cnt values (1);");
  write("0002_b.up.sql", "create schema postgres;");
  up();
  EXPECT_EQ(up().done.size(), 0U);
  EXPECT_EQ(sql("select count(*) from public.cnt"), "1");
  EXPECT_EQ(standings(), "0001 applied, 0002 applied");
}

TEST_F(RunnerOnPostgres, RefusesToChooseBetweenTwoHistories) {
  for (const char* schema : {"one", "two"}) {
    run(std::string("create schema ") + schema);
    run(std::string("create table ") + schema + ".schema_version (applied_by text, execution_time_ms bigint)");
  }
  EXPECT_THROW(status(), Error);
}

TEST_F(RunnerOnPostgres, NoticesThatItsLockIsLost_AndDoesNothingTwice) {
  write("0001_a.up.sql", "create table ledger (n int); insert into ledger values (1);");
  write("0002_b.up.sql", "insert into ledger values (2); select pg_sleep(1);");
  write("0003_c.up.sql", "insert into ledger values (3);");
  Report report;
  std::jthread runner([&] { report = up(); });
  ASSERT_TRUE(support::eventually([&] { return sleeps(); }));
  EXPECT_EQ(sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like '%/lock' "
                "and datname = current_database()"),
            "1");
  runner.join();
  EXPECT_FALSE(report.failure) << report.failure->message;
  EXPECT_EQ(sql("select n from ledger order by n"), "1;2;3");
  EXPECT_THAT(listener.lines, testing::Contains(testing::HasSubstr("the connection was lost")));
}

TEST_F(RunnerOnPostgres, GivesEachFileASessionAsItWasMade) {
  write("0001_a.up.sql",
        "create schema other; create table lt (i text); create function f() returns text language sql as "
        "$$ select set_config('search_path', 'other', false) $$;");
  write("0002_b.up.sql", "insert into lt select f();");
  write("0003_c.up.sql", "create table here (i int);");
  write("0004_d.up.sql", "set lock_timeout = 0; create temp table t (i int);");
  write("0005_e.up.sql", "create table t (i int); create table seen as select current_setting('lock_timeout') as l;");
  EXPECT_FALSE(up().failure);
  EXPECT_EQ(sql("select to_regclass('public.here') is not null, to_regclass('public.t') is not null"), "t|t");
  EXPECT_EQ(sql("select l from seen"), "5s");
}

TEST_F(RunnerOnPostgres, EndsWhatADeadProcessStillRuns_BeforeItGoesOn) {
  write("0001_a.up.sql", "create table big (i int);");
  write("0002_b.up.sql", "insert into big values (100); select pg_sleep(2);\ncreate index concurrently ix on big (i);");
  up({.to = Version::parse("1")});
  // As a process leaves it that is killed while its transaction is still at work on the server.
  const auto dead = engine().connect(connection(), "hotswap migrate dead/1", Milliseconds(5000));
  leaveBrokenOff(folder().migrations[1],
                 {.back = false, .unitsDone = 0, .digest = {}, .evidence = {}, .session = "hotswap migrate dead/1"});
  dead->begin();
  dead->execute("insert into big values (100)");
  EXPECT_FALSE(up().failure);
  EXPECT_THROW(dead->commit(), db::SqlError);
  EXPECT_EQ(sql("select count(*) from big"), "1");
}

}  // namespace
}  // namespace hotswap::versioned
