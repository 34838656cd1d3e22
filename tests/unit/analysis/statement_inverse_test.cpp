// The way back of statements, family by family, found without a server: what was there is told by the script itself.
// That ways back do what they say is held against a server elsewhere.
#include "analysis/postgres/inverse/statement_inverse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/postgres/statement_effects.h"
#include "db/postgres/parse_tree.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis::postgres {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The way back of the last statement, those before it being what has made the schema.
Inverse inverseOfLast(const std::string& script) {
  KnownSchema before;
  before.complete = true;
  Definitions definitions;
  Inverse inverse;
  const auto statements = db::postgres::PostgresScript().parse(script).statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    db::postgres::readStatement(statements[i].sql, [&](const PgQuery__Node& node) {
      KnownSchema after = before;
      const Effects effects = apply(node, after);
      EXPECT_EQ(effects.failure, "") << statements[i].sql;
      if (i + 1 == statements.size()) inverse = inverseOf(node, before, after, effects, definitions);
      definitions.add(statements[i].sql, before, after);
      before = std::move(after);
    });
  }
  return inverse;
}

std::vector<std::string> backOf(const std::string& script) {
  const Inverse inverse = inverseOfLast(script);
  EXPECT_THAT(inverse.losses, IsEmpty()) << script;
  return inverse.statements;
}

constexpr const char* table = "create table t (a int, b text default 'x', constraint positive check (a > 0));";
const std::string base = table;

TEST(InverseOfCreate, DropsWhatWasMade_ByTheNameTheServerGaveIt) {
  EXPECT_THAT(backOf(base), ElementsAre("DROP TABLE public.t"));
  EXPECT_THAT(backOf(base + "create index on t (a)"), ElementsAre("DROP INDEX public.t_a_idx"));
  EXPECT_THAT(backOf("create table \"Odd name\" (a int)"), ElementsAre("DROP TABLE public.\"Odd name\""));
  EXPECT_THAT(backOf("create function f(int, out b text) language sql as 'select 1'"),
              ElementsAre("DROP FUNCTION public.f(int)"));
  EXPECT_THAT(backOf("create type mood as enum ('a')"), ElementsAre("DROP TYPE public.mood"));
}

TEST(InverseOfCreate, KeepsTheSafeFormOfConcurrentBuilds) {
  EXPECT_THAT(backOf(base + "create index concurrently on t (a)"),
              ElementsAre("DROP INDEX CONCURRENTLY public.t_a_idx"));
  EXPECT_THAT(backOf(base + "create index t_a on t (a); drop index concurrently t_a"),
              ElementsAre("CREATE INDEX CONCURRENTLY t_a ON t USING btree (a)"));
}

TEST(InverseOfCreate, IsNothing_WhereItWasThereBefore) {
  EXPECT_THAT(backOf(base + "create table if not exists t (z int)"), IsEmpty());
  EXPECT_THAT(backOf(base + "alter table t add column if not exists a int"), IsEmpty());
}

TEST(InverseOfCreate, PutsTheOldViewBack) {
  EXPECT_THAT(
      backOf(base + "create view v as select a from t; create or replace view v as select a from t where a > 1"),
      ElementsAre("CREATE OR REPLACE VIEW v AS SELECT a FROM t"));
}

TEST(InverseOfAlterTable, TakesActionsBackFromTheLastToTheFirst) {
  EXPECT_THAT(backOf(base + "alter table t add c int, add constraint c_set check (c is not null)"),
              ElementsAre("ALTER TABLE public.t DROP CONSTRAINT c_set", "ALTER TABLE public.t DROP c"));
}

TEST(InverseOfAlterTable, GivesBackDefaultsTypesAndNullsAsTheyWere) {
  EXPECT_THAT(backOf(base + "alter table t alter b set default 'y'"),
              ElementsAre("ALTER TABLE public.t ALTER COLUMN b SET DEFAULT 'x'"));
  EXPECT_THAT(backOf(base + "alter table t alter a set default 1"),
              ElementsAre("ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT"));
  EXPECT_THAT(backOf(base + "alter table t alter a set not null"),
              ElementsAre("ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL"));
  EXPECT_THAT(backOf(base + "alter table t alter a type bigint"),
              ElementsAre("ALTER TABLE public.t ALTER COLUMN a TYPE int USING a::int"));
  EXPECT_THAT(backOf(base + "alter table t alter b set default 'y'; alter table t alter b set default 'z'"),
              ElementsAre("ALTER TABLE public.t ALTER COLUMN b SET DEFAULT 'y'"));
}

TEST(InverseOfAlterTable, MakesConstraintsAnewAsTheyWereDefined) {
  EXPECT_THAT(backOf(base + "alter table t drop constraint positive"),
              ElementsAre("ALTER TABLE public.t ADD CONSTRAINT positive CHECK (a > 0)"));
  EXPECT_THAT(backOf(base + "alter table t add constraint odd check (a <> 2) not valid; "
                            "alter table t validate constraint odd"),
              ElementsAre("ALTER TABLE public.t DROP CONSTRAINT odd",
                          "ALTER TABLE public.t ADD CONSTRAINT odd CHECK (a <> 2) NOT VALID"));
}

TEST(InverseOfAlterTable, OffersTheStructureOfADroppedColumn_AndSaysThatItsValuesAreLost) {
  const Inverse inverse = inverseOfLast(base + "create index t_b on t (b); alter table t drop column b");
  EXPECT_THAT(inverse.statements, ElementsAre("ALTER TABLE public.t ADD COLUMN b text DEFAULT 'x'",
                                              "CREATE INDEX t_b ON t USING btree (b)"));
  EXPECT_THAT(inverse.losses, ElementsAre("The values of public.t.b are lost."));
}

TEST(InverseOfRename, SwapsTheNames) {
  EXPECT_THAT(backOf(base + "alter table t rename to u"), ElementsAre("ALTER TABLE public.u RENAME TO t"));
  EXPECT_THAT(backOf(base + "alter table t rename a to z"), ElementsAre("ALTER TABLE t RENAME COLUMN z TO a"));
  EXPECT_THAT(backOf("create schema s;" + base + "alter table t set schema s"),
              ElementsAre("ALTER TABLE s.t SET SCHEMA public"));
}

TEST(InverseOfDrop, MakesViewsAndWhatReadThemAnew) {
  EXPECT_THAT(backOf(base + "create view v as select a from t; create view w as select a from v; drop view v cascade"),
              ElementsAre("create view v as select a from t", "create view w as select a from v"));
}

TEST(InverseOfDrop, OfATableIsItsStructureWithoutItsRows) {
  const Inverse inverse = inverseOfLast(base + "alter table t add c int; drop table t");
  EXPECT_THAT(inverse.statements, SizeIs(2));
  EXPECT_THAT(inverse.losses, ElementsAre("The rows of public.t are lost."));
}

TEST(InverseOfDrop, IsNotGuessed_WhereSomethingItNamesWasRenamedSince) {
  const Inverse inverse =
      inverseOfLast(base + "create view v as select a from t; alter table t rename to u; drop view v");
  EXPECT_THAT(inverse.statements, IsEmpty());
  EXPECT_THAT(inverse.losses, ElementsAre(HasSubstr("public.v")));
}

TEST(InverseOfTypes, NamesWhatCannotBeTakenBack) {
  EXPECT_THAT(inverseOfLast("create type mood as enum ('a'); alter type mood add value 'b'").losses,
              ElementsAre(HasSubstr("b can't be taken out of the enum mood")));
  EXPECT_THAT(backOf("create type mood as enum ('a'); alter type mood rename value 'a' to 'b'"),
              ElementsAre("ALTER TYPE mood RENAME VALUE 'b' TO 'a'"));
  EXPECT_THAT(backOf("create domain d as int; alter domain d add constraint c check (value > 0)"),
              ElementsAre("ALTER DOMAIN d DROP CONSTRAINT c"));
}

TEST(InverseOfObjects, GivesCommentsAndRightsBack) {
  EXPECT_THAT(backOf(base + "comment on table t is 'old'; comment on table t is 'new'"),
              ElementsAre("COMMENT ON TABLE t IS 'old'"));
  EXPECT_THAT(backOf(base + "comment on column t.a is 'new'"), ElementsAre("COMMENT ON COLUMN t.a IS NULL"));
  EXPECT_THAT(backOf(base + "grant select on t to reader"), ElementsAre("REVOKE select ON t FROM reader"));
  EXPECT_THAT(inverseOfLast(base + "grant select on t to reader; grant update on t to reader").losses, SizeIs(1));
}

TEST(InverseOfData, IsIrreversible) {
  for (const char* sql :
       {"insert into t values (1)", "update t set a = 1", "delete from t", "truncate t", "do 'begin end'"}) {
    const Inverse inverse = inverseOfLast(base + sql);
    EXPECT_THAT(inverse.statements, IsEmpty()) << sql;
    EXPECT_FALSE(inverse.reversible()) << sql;
  }
}

TEST(InverseOfMaintenance, IsNothing) {
  for (const char* sql : {"vacuum t", "analyze t", "reindex table t", "set lock_timeout = 1", "select 1"})
    EXPECT_THAT(backOf(base + sql), IsEmpty()) << sql;
}

TEST(InverseWithoutTheDatabase, SaysWhatItDoesNotKnow) {
  db::postgres::readStatement("drop view v", [](const PgQuery__Node& node) {
    const KnownSchema nothing;
    KnownSchema after = nothing;
    const Effects effects = apply(node, after);
    const Inverse inverse = inverseOf(node, nothing, after, effects, Definitions());
    EXPECT_THAT(inverse.statements, IsEmpty());
    EXPECT_THAT(inverse.losses, ElementsAre(HasSubstr("without the database")));
  });
}

}  // namespace
}  // namespace hotswap::analysis::postgres
