#include "analysis/risk.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "db/postgres/postgres_script.h"

namespace hotswap::analysis {
namespace {

struct Expectation {
  std::string script;
  RiskLevel risk;
  friend std::ostream& operator<<(std::ostream& out, const Expectation& expectation) {
    return out << expectation.script;
  }
};

class RiskOfScript : public testing::TestWithParam<Expectation> {};

TEST_P(RiskOfScript, IsThatOfItsWorstStatement) {
  const auto parsed = db::postgres::PostgresScript().parse(GetParam().script);
  ASSERT_FALSE(parsed.error) << parsed.error->message;
  EXPECT_EQ(toText(riskOf(parsed.statements)), toText(GetParam().risk));
}

using E = Expectation;
INSTANTIATE_TEST_SUITE_P(
    Low, RiskOfScript,
    testing::Values(E{"", RiskLevel::Low}, E{"alter table t add a int", RiskLevel::Low},
                    E{"create index concurrently i on t (a)", RiskLevel::Low},
                    E{"create table t (a int primary key); create index i on t (a); insert into t values (1); alter "
                      "table t add b int not null",
                      RiskLevel::Low},
                    E{"create table app.t (a int); create index i on app.t (a)", RiskLevel::Low},
                    E{"create temp table t (a int); drop table t", RiskLevel::Low},
                    E{"create view v as select 1", RiskLevel::Low},
                    E{"create function f() returns int language sql as 'select 1'", RiskLevel::Low},
                    E{"set search_path = app; select 1", RiskLevel::Low},
                    E{"alter type m add value 'x'", RiskLevel::Low},
                    E{"comment on table t is 'x'; analyze t; alter table t validate constraint c", RiskLevel::Low}));

INSTANTIATE_TEST_SUITE_P(
    Medium, RiskOfScript,
    testing::Values(E{"alter table t add a int not null default 1", RiskLevel::Medium},
                    E{"alter table t add constraint c check (a > 0)", RiskLevel::Medium},
                    E{"alter table t add constraint c foreign key (a) references p not valid", RiskLevel::Medium},
                    E{"create index i on t (a)", RiskLevel::Medium},
                    E{"create unique index concurrently i on t (a)", RiskLevel::Medium},
                    E{"create table t (a int references p)", RiskLevel::Medium},
                    E{"create or replace view v as select 1", RiskLevel::Medium},
                    E{"update t set a = 1", RiskLevel::Medium}, E{"do $$ begin end $$", RiskLevel::Medium},
                    E{"call p()", RiskLevel::Medium}, E{"select anything()", RiskLevel::Medium},
                    E{"create extension hstore", RiskLevel::Medium}, E{"grant select on t to bob", RiskLevel::Medium},
                    E{"create trigger g before insert on t for each row execute function f()", RiskLevel::Medium},
                    E{"create table t (a int); insert into t select danger()", RiskLevel::Medium},
                    E{"create table a.t (x int); create index i on b.t (x)", RiskLevel::Medium}));

INSTANTIATE_TEST_SUITE_P(
    High, RiskOfScript,
    testing::Values(E{"drop table t", RiskLevel::High}, E{"drop index concurrently i", RiskLevel::High},
                    E{"alter table t drop a", RiskLevel::High}, E{"alter table t rename to s", RiskLevel::High},
                    E{"alter table t rename a to b", RiskLevel::High},
                    E{"alter table t alter a type bigint", RiskLevel::High},
                    E{"alter table t add a float default random()", RiskLevel::High}, E{"truncate t", RiskLevel::High},
                    E{"delete from t", RiskLevel::High}, E{"vacuum full t", RiskLevel::High},
                    E{"create table t (a int); drop table s", RiskLevel::High},
                    E{"drop table t; create table t (a int)", RiskLevel::High},
                    E{"alter table t add a int; create index concurrently i on t (a); alter table t drop b",
                      RiskLevel::High},
                    E{"with gone as (delete from t returning *) select * from gone", RiskLevel::High},
                    E{"explain analyze delete from t", RiskLevel::High}));

}  // namespace
}  // namespace hotswap::analysis
