// The schema as a script: what it makes, that it is the same for equal schemas, what it leaves out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "db/postgres/postgres_catalog.h"
#include "integration/db/counting_session.h"
#include "integration/db/postgres_connections.h"
#include "support/postgres_cluster.h"

namespace hotswap::db::postgres {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string sample(const std::string& name) {
  std::ifstream file(std::string(HOTSWAP_SOURCE_DIR) + "/tests/integration/db/schema_dump/" + name + ".sql");
  if (!file) throw std::runtime_error("There is no sample " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A database of its own, made by SQL.
class Made {
 public:
  explicit Made(const std::string& sql = "") : name_(support::sharedCluster().makeDatabase()) { run(sql); }

  void run(const std::string& sql) const {
    if (!sql.empty()) support::sharedCluster().psql(sql, name_);
  }
  [[nodiscard]] std::unique_ptr<Session> connect() const {
    return connectTo(support::sharedCluster().connection(name_));
  }
  [[nodiscard]] std::string dump() const { return engine().catalog().dump(*connect()); }
  [[nodiscard]] SchemaListing listing() const { return engine().catalog().listing(*connect()); }

 private:
  std::string name_;
};

/// As `psql -1` runs it.
std::string inOneTransaction(const std::string& script) { return "begin;\n" + script + "\ncommit;\n"; }

void expectToComeBackWhole(const Made& original, const std::string& beforehand = "") {
  const std::string script = original.dump();
  SCOPED_TRACE(script);
  const Made copy(beforehand);
  copy.run(inOneTransaction(script));
  EXPECT_THAT(differences(original.listing(), copy.listing()), IsEmpty());
  EXPECT_EQ(script, copy.dump());
}

class SchemaDumpOf : public testing::TestWithParam<const char*> {};

TEST_P(SchemaDumpOf, MakesTheSameSchemaInAnEmptyDatabase_WhoseDumpIsTheSame) {
  expectToComeBackWhole(Made(sample(GetParam())));
}

TEST_P(SchemaDumpOf, IsTheSame_AfterADetourThatLeavesTheSchemaAsItWas) {
  const Made made(sample(GetParam()));
  const std::string before = made.dump();
  const SchemaListing listing = made.listing();
  made.run(sample("detour"));
  ASSERT_THAT(differences(listing, made.listing()), IsEmpty());
  EXPECT_EQ(made.dump(), before);
}

TEST_P(SchemaDumpOf, RunsThroughASession_StatementByStatement_AndLeavesNoTraceInIt) {
  const Made original(sample(GetParam()));
  const ParsedScript parsed = engine().script().parse(original.dump());
  ASSERT_FALSE(parsed.error) << parsed.error->message;
  const Made copy;
  const auto session = copy.connect();
  constexpr const char* settings = "select string_agg(name || '=' || setting, E'\\n' order by name) from pg_settings";
  session->execute("do 'begin end'");  // loads a language, which has settings of its own
  const std::string before = session->query(settings).text(0, 0);
  session->begin();
  for (const Statement& statement : parsed.statements) {
    EXPECT_FALSE(statement.transactionControl) << statement.sql;
    EXPECT_TRUE(statement.transactional) << statement.sql;
    session->execute(statement.sql);
  }
  EXPECT_EQ(session->query(settings).text(0, 0), before);
  session->commit();
  EXPECT_THAT(differences(original.listing(), copy.listing()), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Samples, SchemaDumpOf,
                         testing::Values("rental", "airline", "trade", "people", "tenants", "analytics", "hostile"),
                         [](const auto& sample) { return std::string(sample.param); });

class SchemaDumpOfTwo : public testing::TestWithParam<const char*> {};

TEST_P(SchemaDumpOfTwo, IsTheSame_ForASchemaThatCameAboutInAnotherWay) {
  const std::string name = GetParam();
  const Made one(sample(name));
  const Made other(sample(name + "_otherwise"));
  ASSERT_THAT(differences(one.listing(), other.listing()), IsEmpty());
  EXPECT_EQ(one.dump(), other.dump());
}

INSTANTIATE_TEST_SUITE_P(Samples, SchemaDumpOfTwo, testing::Values("rental", "trade"),
                         [](const auto& sample) { return std::string(sample.param); });

/// Every database of the tests has an extension, which is not what these are about.
class SchemaDump : public testing::Test {
 protected:
  Made database_{"drop extension pg_stat_statements"};
};

TEST_F(SchemaDump, OfAnEmptyDatabase_HasNoStatement) {
  const std::string script = database_.dump();
  EXPECT_TRUE(engine().script().parse(script).statements.empty()) << script;
  EXPECT_THAT(script, testing::StartsWith("-- "));
}

TEST_F(SchemaDump, ReadsAsAPersonWouldWriteIt) {
  database_.run(
      "create table tree (id integer generated always as identity primary key, name text default 'x' not null, "
      "parent integer references tree); create index tree_name on tree (name); comment on table tree is 'grows'; "
      "grant select on tree to pg_monitor; create table apple (tree integer not null references tree)");
  EXPECT_EQ(database_.dump(), R"(-- The schema of a database, to be run in an empty one by the role that shall own it.

SET check_function_bodies = false;
SET default_table_access_method = heap;
SET default_tablespace = '';
SET search_path = pg_catalog;

CREATE TABLE public.apple (
    tree integer NOT NULL
);

CREATE TABLE public.tree (
    id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text DEFAULT 'x'::text NOT NULL,
    parent integer,
    CONSTRAINT tree_pkey PRIMARY KEY (id)
);
CREATE INDEX tree_name ON public.tree USING btree (name);
COMMENT ON TABLE public.tree IS 'grows';
GRANT SELECT ON TABLE public.tree TO pg_monitor;

ALTER TABLE public.apple
    ADD CONSTRAINT apple_tree_fkey FOREIGN KEY (tree) REFERENCES public.tree(id);

ALTER TABLE public.tree
    ADD CONSTRAINT tree_parent_fkey FOREIGN KEY (parent) REFERENCES public.tree(id);

RESET check_function_bodies;
RESET default_table_access_method;
RESET default_tablespace;
RESET search_path;
)");
}

TEST_F(SchemaDump, LeavesOutTheHistoryOfTheSchemasVersions_WithAllThatBelongsToIt) {
  const std::string empty = database_.dump();
  database_.run(
      "create table schema_version (id integer generated always as identity primary key, version text default 'x' "
      "check (version <> '')); create table schema_version_log (id serial primary key, "
      "version integer references schema_version); create index version_of on schema_version_log (version); "
      "comment on table schema_version is 'HotSwap: which version'; "
      "comment on table schema_version_log is 'HotSwap''s log'; comment on column schema_version.version is 'x'; "
      "grant select on schema_version to public; create trigger noted after insert on schema_version "
      "for each row execute function suppress_redundant_updates_trigger()");
  EXPECT_EQ(database_.dump(), empty);
}

TEST_F(SchemaDump, KeepsTablesOfSomebodyElse_ThatAreCalledAsTheHistoryIs) {
  database_.run(
      "create table schema_version (id integer); comment on table schema_version is 'mine'; "
      "create table schema_version_log (id integer); create table other (id integer); "
      "comment on table other is 'HotSwap'");
  EXPECT_THAT(database_.dump(), testing::AllOf(HasSubstr("CREATE TABLE public.schema_version ("),
                                               HasSubstr("CREATE TABLE public.schema_version_log ("),
                                               HasSubstr("CREATE TABLE public.other (")));
}

TEST_F(SchemaDump, KeepsALineBreakInAName_InsideOfTheCommentThatNamesIt) {
  database_.run("create table t (a int); insert into t values (1), (1)");
  EXPECT_THROW(database_.run("create unique index concurrently \"i\ndrop table t; --\" on t (a)"), std::runtime_error);
  const std::string script = database_.dump();
  EXPECT_THAT(script, HasSubstr("\n-- not included: invalid index \"i drop table t; --\" on public.t\n"));
  EXPECT_EQ(engine().script().parse(script).statements.size(), 9U) << script;
}

TEST_F(SchemaDump, ShowsNoSecret_ButSaysWhatItLeavesOut) {
  database_.run(
      "create foreign data wrapper w options (api_key 'geheim1', place 'here'); "
      "create server far foreign data wrapper w options (password 'geheim2', host 'h'); "
      "create user mapping for postgres server far options (user 'u', password 'geheim3'); "
      "create subscription s connection 'host=127.0.0.1 password=geheim4' publication p with (connect = false); "
      "do $$ begin execute format('alter database %I set app.token = ''geheim5''', current_database()); end $$");
  const std::string script = database_.dump();
  database_.run("alter subscription s set (slot_name = none); drop subscription s");
  EXPECT_THAT(script, Not(HasSubstr("geheim")));
  for (const char* left :
       {"option api_key of wrapper w, which may be a secret", "option password of server far, which may be a secret",
        "user mapping for postgres on server far, which may hold a password",
        "subscription s, whose connection may hold a password", "setting \"app.token\", which may be a secret"}) {
    EXPECT_THAT(script, HasSubstr(std::string("-- not included: ") + left));
  }
  EXPECT_THAT(script, HasSubstr("OPTIONS (host 'h')"));
  EXPECT_NO_THROW(Made(inOneTransaction(script)));
}

TEST_F(SchemaDump, BringsBackThatSomethingWasTakenFromANewDatabase) {
  const Made bare("drop schema public cascade; drop extension plpgsql");
  const Made copy("drop extension pg_stat_statements");
  const std::string script = bare.dump();
  copy.run(inOneTransaction(script));
  EXPECT_THAT(differences(bare.listing(), copy.listing()), IsEmpty());
  EXPECT_EQ(copy.dump(), script);
}

TEST_F(SchemaDump, KnowsASchemaPublicThatSomebodyHasMadeAnew) {
  database_.run("drop schema public; create schema public; comment on schema public is 'again'");
  expectToComeBackWhole(database_, "drop extension pg_stat_statements");
}

TEST_F(SchemaDump, KeepsTheOrderOfColumns_WhereAnHeirHasGotOneFromItsParentLater) {
  database_.run(
      "create table parent (a integer); create table heir (own integer) inherits (parent); "
      "alter table parent add late text default 'x' not null");
  const std::string script = database_.dump();
  EXPECT_THAT(script, HasSubstr("-- not included: that columns of public.heir come from its parents alone\n"));
  const Made copy(inOneTransaction(script));
  constexpr const char* columns =
      "select string_agg(attname || ' ' || attnotnull || ' ' || (attinhcount > 0), ', ' order by attnum) "
      "from pg_attribute where attrelid = 'heir'::regclass and attnum > 0";
  EXPECT_EQ(copy.connect()->query(columns).text(0, 0), "a false true, own false false, late true true");
}

TEST_F(SchemaDump, MakesTheSchemaOfAnOwnerAgain_WhereTheOwnerRunsIt) {
  support::PostgresCluster& cluster = support::sharedCluster();
  cluster.psql("create role dump_keeper login password 'keeper-pw'");
  const auto keptBy = [&](const std::string& database) {
    cluster.psql("drop extension pg_stat_statements; alter database " + database + " owner to dump_keeper", database);
    return connectTo(cluster.connection(database).with("user", "dump_keeper").with("password", "keeper-pw"));
  };
  const auto there = keptBy(cluster.makeDatabase());
  there->execute("create table kept (id serial primary key)");
  there->execute("grant select on kept to public");
  const std::string script = engine().catalog().dump(*there);
  EXPECT_THAT(script, Not(HasSubstr("OWNER TO")));
  const auto here = keptBy(cluster.makeDatabase());
  for (const Statement& statement : engine().script().parse(script).statements) here->execute(statement.sql);
  EXPECT_THAT(differences(engine().catalog().listing(*there), engine().catalog().listing(*here)), IsEmpty());
  EXPECT_EQ(engine().catalog().dump(*here), script);
}

TEST_F(SchemaDump, FailsClearly_WhereARoleIsMissing) {
  database_.run("create role dump_gone; create table t (a int); grant select on t to dump_gone");
  const std::string script = database_.dump();
  database_.run("drop owned by dump_gone; drop role dump_gone");
  const Made copy;
  try {
    copy.run(inOneTransaction(script));
    FAIL() << "It ran.";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("role \"dump_gone\" does not exist"));
  }
}

TEST_F(SchemaDump, SeesWhatItsTransactionHasMade_AndLeavesTheSessionAsItWas) {
  const auto session = database_.connect();
  session->execute("set search_path = public");
  session->begin();
  session->execute("create table seen (a int)");
  session->execute("create temporary table hidden (a int)");
  const std::string script = engine().catalog().dump(*session);
  EXPECT_THAT(script, testing::AllOf(HasSubstr("public.seen"), Not(HasSubstr("hidden"))));
  EXPECT_TRUE(session->inTransaction());
  EXPECT_EQ(session->query("show search_path").text(0, 0), "public");
  session->rollback();
  EXPECT_THAT(database_.dump(), Not(HasSubstr("seen")));
}

TEST_F(SchemaDump, TakesAsManyStatements_ForTwoThousandTablesAsForNone) {
  const auto session = database_.connect();
  CountingSession counting(*session);
  (void)engine().catalog().dump(counting);
  const int forNone = counting.statements;
  database_.run(
      "do $$ begin for n in 1..2000 loop execute format('create table t%s (id integer primary key, a integer "
      "default 1 check (a > 0), b text, t integer references t%s)', n, greatest(n - 1, 1)); "
      "execute format('create index on t%s (b)', n); end loop; end $$");
  counting.statements = 0;
  const std::string script = engine().catalog().dump(counting);
  EXPECT_EQ(counting.statements, forNone);
  EXPECT_EQ(engine().script().parse(script).statements.size(), 6000U + 8U);
}

}  // namespace
}  // namespace hotswap::db::postgres
