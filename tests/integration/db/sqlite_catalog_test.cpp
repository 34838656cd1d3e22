#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "integration/db/sqlite_connections.h"

namespace hotswap::db::sqlite {
namespace {

using testing::HasSubstr;

/// Runs a script statement by statement in a database of its own in memory.
std::unique_ptr<Session> databaseOf(const std::string& script) {
  auto session = connectTo(":memory:");
  const ParsedScript parsed = engine().script().parse(script);
  if (parsed.error) ADD_FAILURE() << parsed.error->message << " in " << script;
  for (const Statement& statement : parsed.statements) session->execute(statement.sql);
  return session;
}

SchemaListing listingOf(const std::string& script) { return engine().catalog().listing(*databaseOf(script)); }

/// The listing as `key = value` lines.
std::vector<std::string> linesOf(const std::string& script) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : listingOf(script).definitions) lines.push_back(key + " = " + value);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(SqliteListing, HoldsEveryKindOfObject) {
  EXPECT_EQ(
      linesOf("create table p (id integer primary key autoincrement) strict; "
              "create table \"my t\" (a int not null default 5, b text collate nocase unique, "
              "c references p(id) on delete cascade, d as (a + 1), constraint positive check (a > 0), "
              "primary key (a, b)) without rowid; "
              "create unique index i on \"my t\" (b desc, lower(b)) where a > 1; "
              "create view v (x) as select a from \"my t\"; "
              "create trigger x after update of a on \"my t\" begin delete from p; end"),
      (Lines{"check \"my t\" (a > 0) = CHECK (a > 0) named positive", "column \"my t\".a = 1 int NOT NULL DEFAULT 5",
             "column \"my t\".b = 2 text COLLATE nocase", "column \"my t\".c = 3",
             "column \"my t\".d = 4 GENERATED ALWAYS AS (a + 1) VIRTUAL", "column p.id = 1 integer",
             "foreign key \"my t\" (c) to p = FOREIGN KEY (c) REFERENCES p(id) ON DELETE CASCADE",
             "index i = unique ON \"my t\" (b DESC, lower(b)) WHERE a > 1", "primary key \"my t\" = PRIMARY KEY (a, b)",
             "primary key p = PRIMARY KEY (id AUTOINCREMENT)", "table \"my t\" = table, without rowid",
             "table p = table, strict", "trigger x = AFTER UPDATE OF a ON \"my t\" BEGIN DELETE FROM p; END",
             "unique \"my t\" (b) = UNIQUE (b)", "view v = (x) AS SELECT a FROM \"my t\""}));
}

TEST(SqliteListing, LeavesOutWhatIsNotTheUsers) {
  EXPECT_EQ(linesOf("create temp table u (a); create table t (a); create index i on t (a); insert into t values (1); "
                    "analyze; create temp trigger x after insert on t begin select 1; end; attach ':memory:' as o; "
                    "create table o.w (a)"),
            (Lines{"column t.a = 1", "index i = ON t (a)", "table t = table"}));
}

TEST(SqliteListing, HoldsAVirtualTable_WithoutWhatItsModuleMade) {
  EXPECT_EQ(linesOf("create virtual table docs using fts5(body, tokenize = 'porter')"),
            (Lines{"table docs = virtual table USING fts5(body, tokenize = 'porter')"}));
}

TEST(SqliteListing, SeesTheOpenTransaction) {
  const auto session = databaseOf("create table t (a)");
  session->begin();
  session->execute("alter table t add column b");
  EXPECT_EQ(engine().catalog().listing(*session).definitions.count("column t.b"), 1U);
  session->rollback();
  EXPECT_EQ(engine().catalog().listing(*session).definitions.count("column t.b"), 0U);
}

TEST(SqliteListing, BearsWithAViewOfSomethingThatIsGone) {
  const auto session = databaseOf(
      "create table t (a); create view v as select a from t; create view w as select 1 as b; "
      "pragma legacy_alter_table = on; drop table t");
  EXPECT_EQ(engine().catalog().listing(*session).definitions.size(), 2U);
  EXPECT_THAT(engine().catalog().dump(*session), HasSubstr("CREATE VIEW v AS\n  SELECT a FROM t;"));
  EXPECT_EQ(engine().catalog().tables(*session).size(), 2U);
}

struct Pair {
  const char* name;
  const char* one;
  const char* other;
};

class SqliteEqual : public testing::TestWithParam<Pair> {};

TEST_P(SqliteEqual, HasOneListingAndOneDump) {
  const auto one = databaseOf(GetParam().one);
  const auto other = databaseOf(GetParam().other);
  const auto& catalog = engine().catalog();
  EXPECT_THAT(differences(catalog.listing(*one), catalog.listing(*other)), testing::IsEmpty());
  EXPECT_EQ(catalog.dump(*one), catalog.dump(*other));
}

INSTANTIATE_TEST_SUITE_P(
    SqliteListing, SqliteEqual,
    testing::Values(
        Pair{"AddedColumn", "create table t (a int); alter table t add column b text default 'x' check (b <> '')",
             "create table t (a int, b text default 'x' check (b <> ''))"},
        Pair{"AddedReference", "create table p (x primary key); create table t (a); alter table t add b references p",
             "create table p (x primary key); create table t (a, b, foreign key (b) references p)"},
        Pair{"DroppedColumn", "create table t (a, b, c); alter table t drop column b", "create table t (a, c)"},
        Pair{"RenamedColumn",
             "create table t (a, b check (a > b)); create index i on t (a); alter table t rename a to c",
             "create table t (c, b check (c > b)); create index i on t (c)"},
        Pair{"RenamedTable",
             "create table t (a primary key, b references t (a)); create index i on t (b); create view v as select t.a "
             "from t; create trigger x after insert on t begin update t set a = 1; end; alter table t rename to u",
             "create table u (a primary key, b references u (a)); create index i on u (b); create view v as select u.a "
             "from u; create trigger x after insert on u begin update u set a = 1; end"},
        Pair{"RebuiltTable",
             "create table t (a int); create table new_t (a int not null); drop table t; alter table new_t rename to t",
             "create table t (a int not null)"},
        Pair{"AsSelect", "create table t as select cast(1 as int) as a, cast('x' as text) as b",
             "create table t (a INT, b TEXT)"},
        Pair{"OtherOrder", "create table a (x); create table b (x); create index i on a (x); create index j on b (x)",
             "create table b (x); create index j on b (x); create table a (x); create index i on a (x)"},
        Pair{"Writing", "create table t(a,b);CREATE INDEX i ON t(a asc)",
             "CREATE /* x */ TABLE if not exists \"t\" ( a , `b` ) -- y\n; create index [i] on [t] ( \"a\" )"},
        Pair{"OrderOfConstraints", "create table t (a constraint x check (a > 0) constraint y check (a > 0))",
             "create table t (a, constraint y check (a > 0), constraint x check (a > 0))"},
        Pair{"TriggerDefaults", "create table t (a); create trigger x insert on t begin select 1; end;",
             "create table t (a); create trigger x before insert on t for each row begin select 1; end;"},
        Pair{"TemporaryWay", "create table t (a)", "create table t (a); create temp table u (b); drop table temp.u"}),
    [](const auto& one) { return one.param.name; });

class SqliteDifferent : public testing::TestWithParam<Pair> {};

TEST_P(SqliteDifferent, HasTwoListingsAndTwoDumps) {
  const auto one = databaseOf(GetParam().one);
  const auto other = databaseOf(GetParam().other);
  const auto& catalog = engine().catalog();
  EXPECT_NE(catalog.listing(*one).fingerprint(), catalog.listing(*other).fingerprint());
  EXPECT_NE(catalog.dump(*one), catalog.dump(*other));
}

INSTANTIATE_TEST_SUITE_P(
    SqliteListing, SqliteDifferent,
    testing::Values(
        Pair{"OrderOfColumns", "create table t (a, b)", "create table t (b, a)"},
        Pair{"Type", "create table t (a int)", "create table t (a text)"},
        Pair{"NotNull", "create table t (a int)", "create table t (a int not null)"},
        Pair{"Default", "create table t (a default 'x')", "create table t (a default 'X')"},
        Pair{"Collation", "create table t (a)", "create table t (a collate nocase)"},
        Pair{"Check", "create table t (a check (a > 0))", "create table t (a check (a > 1))"},
        Pair{"CheckTwice", "create table t (a check (a > 0))", "create table t (a check (a > 0) check (a > 0))"},
        Pair{"Action", "create table t (a references p on delete cascade)", "create table t (a references p)"},
        Pair{"Strict", "create table t (a int)", "create table t (a int) strict"},
        Pair{"WithoutRowid", "create table t (a primary key)", "create table t (a primary key) without rowid"},
        Pair{"Autoincrement", "create table t (a integer primary key)",
             "create table t (a integer primary key autoincrement)"},
        Pair{"RowidAlias", "create table t (a integer primary key)", "create table t (a integer primary key desc)"},
        Pair{"Partial", "create table t (a); create index i on t (a)",
             "create table t (a); create index i on t (a) where a > 0"},
        Pair{"Descending", "create table t (a); create index i on t (a)",
             "create table t (a); create index i on t (a desc)"},
        Pair{"Unique", "create table t (a); create index i on t (a)",
             "create table t (a); create unique index i on t (a)"},
        Pair{"IndexCollation", "create table t (a); create index i on t (a)",
             "create table t (a); create index i on t (a collate nocase)"},
        Pair{"ViewText", "create view v as select 'a' as x", "create view v as select 'A' as x"},
        Pair{"StringOrColumn", "create view v as select \"a\" from t", "create view v as select a from t"},
        Pair{"ViewColumnName", "create view v as select 1 as Key", "create view v as select 1 as KEY"},
        Pair{"TriggerTime", "create table t (a); create trigger x before insert on t begin select 1; end;",
             "create table t (a); create trigger x after insert on t begin select 1; end;"},
        Pair{"Generated", "create table t (a, b as (a))", "create table t (a, b as (a) stored)"},
        Pair{"VirtualTable", "create virtual table t using fts5(a)", "create virtual table t using fts5(b)"}),
    [](const auto& one) { return one.param.name; });

class SqliteDump : public testing::TestWithParam<const char*> {};

TEST_P(SqliteDump, MakesTheSameSchemaAnew) {
  const auto& catalog = engine().catalog();
  const auto before = databaseOf(GetParam());
  const std::string dump = catalog.dump(*before);
  const auto after = databaseOf(dump);
  EXPECT_THAT(differences(catalog.listing(*before), catalog.listing(*after)), testing::IsEmpty()) << dump;
  EXPECT_EQ(catalog.dump(*after), dump);
  // What SQLite itself has understood is the same too.
  const char* structure =
      "select group_concat(t.name || ':' || x.cid || ':' || x.name || ':' || x.type || ':' || x.\"notnull\" || ':' || "
      "coalesce(lower(x.dflt_value), '-') || ':' || x.pk || ':' || x.hidden, ' ') from (select name from sqlite_schema "
      "where "
      "type = 'table' order by name) t join pragma_table_xinfo(t.name) x";
  EXPECT_EQ(before->query(structure).text(0, 0), after->query(structure).text(0, 0)) << dump;
  const char* keys =
      "select group_concat(v, ' ') from (select t.name || ':' || f.\"table\" || ':' || f.\"from\" || ':' || "
      "coalesce(f.\"to\", '-') || ':' || f.on_update || ':' || f.on_delete as v from sqlite_schema t join "
      "pragma_foreign_key_list(t.name) f where t.type = 'table' order by v)";
  EXPECT_EQ(before->query(keys).text(0, 0), after->query(keys).text(0, 0)) << dump;
}

INSTANTIATE_TEST_SUITE_P(
    SqliteListing, SqliteDump,
    testing::Values(
        "", "create table t (a)",
        "create table \"order\" (\"select\" integer primary key autoincrement, \"a b\" varchar(10) not null default "
        "'it''s', "
        "\"q\"\"q\" decimal(10, 2) default -1.5 check (\"q\"\"q\" < 100), [x y] text collate nocase unique on conflict "
        "ignore)",
        "create table t (a integer primary key desc, b)", "create table t (a integer, b, primary key (a desc))",
        "create table t (a int, b int generated always as (a * 2) stored, c text as (a || '-' || b)) strict",
        "create table p (a, b, primary key (a, b)); create table c (x, y, z references nowhere (q), constraint fk "
        "foreign key (x, y) references "
        "p "
        "on update set null on delete set default deferrable initially deferred)",
        "create table t (a text default current_timestamp, b default (datetime('now')), c default null, d default "
        "true, "
        "e default x'00ff', f default +5, g default \"text\")",
        "create table t (a text primary key, b int, constraint one unique (b, a), constraint two check (a in ('x', "
        "\"b\") "
        "and b not like '%;%')) without rowid, strict",
        "create table t (a, b); create index i on t (a desc, b) where a > -1; create unique index j on t (lower(a), "
        "\"b\" collate nocase)",
        "create view w as select * from v; create view v (x, \"y z\") as with recursive n (i) as (values (1) union all "
        "select i + 1 from n where i < 9) select i, case when i > 5 then \"string?\" else - - i end from n",
        "create table t (a, key); create view v as select a as \"group\", key as Action from t; create trigger x "
        "instead "
        "of update of a, key on v when new.a is not old.a and 1 begin update t set a = new.a, key = ';'; insert into t "
        "select case 1 when 1 then 2 end, 'end;'; delete from t where key = 5; end; create trigger y after delete on t "
        "for each row begin select raise(ignore); end",
        "create virtual table docs using fts5(body, tokenize = 'porter'); create table t (a)",
        "create table t (a, b); alter table t rename column a to \"c d\"; alter table t add column e not null default "
        "5; "
        "alter table t rename to \"u v\"; alter table \"u v\" drop column b"),
    [](const auto& one) { return "Schema" + std::to_string(one.index); });

TEST(SqliteDumpText, ReadsLikeAScriptThatAPersonWrote) {
  const auto session = databaseOf(
      "create table orders (id integer primary key, customer int not null references customers (id), note text, check "
      "(id > 0)); create index by_customer on orders (customer); create view v as select id from orders; create "
      "trigger "
      "x after insert on orders begin update orders set note = 'new' where id = new.id; end");
  EXPECT_EQ(engine().catalog().dump(*session),
            "CREATE TABLE orders (\n"
            "  id integer PRIMARY KEY,\n"
            "  customer int NOT NULL,\n"
            "  note text,\n"
            "  CHECK (id > 0),\n"
            "  FOREIGN KEY (customer) REFERENCES customers(id)\n"
            ");\n"
            "\n"
            "CREATE INDEX by_customer ON orders (customer);\n"
            "\n"
            "CREATE VIEW v AS\n"
            "  SELECT id FROM orders;\n"
            "\n"
            "CREATE TRIGGER x AFTER INSERT ON orders\n"
            "BEGIN\n"
            "  UPDATE orders SET note = 'new' WHERE id = new.id;\n"
            "END;\n");
}

TEST(SqliteDumpText, LeavesOutHotSwapsOwnTables_AsTheListingDoes) {
  const auto session = databaseOf(
      "create table schema_version (version, applied_by, execution_time_ms); create table Schema_Version_Log (v, "
      "applied_by, execution_time_ms); create index l on schema_version_log (v); create trigger x after insert on "
      "schema_version begin select 1; end; create table t (a)");
  EXPECT_EQ(engine().catalog().dump(*session), "CREATE TABLE t (\n  a\n);\n");
  EXPECT_EQ(engine().catalog().listing(*session).definitions.size(), 2U);
}

TEST(SqliteDumpText, KeepsAnotherToolsTableOfThatName) {
  const auto session = databaseOf("create table schema_version (installed_rank, script)");
  EXPECT_THAT(engine().catalog().dump(*session), testing::HasSubstr("CREATE TABLE schema_version"));
}

TEST(SqliteCatalog, DescribesTablesAndViews) {
  const auto session = databaseOf(
      "create table t (a int not null default 5, b); create view v as select b as x from t; create virtual table w "
      "using fts5(body); insert into t (b) values (1), (2), (3); create index i on t (b); analyze");
  const auto tables = engine().catalog().tables(*session);
  ASSERT_EQ(tables.size(), 3U);
  EXPECT_EQ(tables[0].schema, "main");
  EXPECT_EQ(tables[0].name, "t");
  EXPECT_EQ(tables[0].kind, "table");
  EXPECT_EQ(tables[0].estimatedRows, 3);
  ASSERT_EQ(tables[0].columns.size(), 2U);
  EXPECT_EQ(tables[0].columns[0].type, "int");
  EXPECT_FALSE(tables[0].columns[0].nullable);
  EXPECT_EQ(tables[0].columns[0].defaultExpression, "5");
  EXPECT_TRUE(tables[0].columns[1].nullable);
  EXPECT_FALSE(tables[0].columns[1].defaultExpression);
  EXPECT_EQ(tables[1].name, "w");
  ASSERT_EQ(tables[1].columns.size(), 1U);
  EXPECT_EQ(tables[1].columns[0].name, "body");
  EXPECT_EQ(tables[2].kind, "view");
  ASSERT_EQ(tables[2].columns.size(), 1U);
  EXPECT_EQ(tables[2].columns[0].name, "x");
}

TEST(SqliteCatalog, DescribesIndexes) {
  const auto session = databaseOf(
      "create table t (a, b unique, \"c d\", primary key (a, b)); create index i on t (\"c d\" desc, lower(a)); create "
      "virtual table w using fts5(body)");
  const auto indexes = engine().catalog().indexes(*session);
  ASSERT_EQ(indexes.size(), 3U);
  EXPECT_EQ(indexes[0].name, "i");
  EXPECT_EQ(indexes[0].columns, (std::vector<std::string>{"\"c d\" DESC", "(expression)"}));
  EXPECT_FALSE(indexes[0].unique);
  EXPECT_THAT(indexes[0].definition, HasSubstr("lower(a)"));
  EXPECT_EQ(indexes[1].table, "t");
  EXPECT_TRUE(std::ranges::all_of(indexes, [](const Index& index) { return index.valid; }));
  EXPECT_EQ(std::ranges::count_if(indexes, [](const Index& index) { return index.primary; }), 1);
  EXPECT_EQ(std::ranges::count_if(indexes, [](const Index& index) { return index.unique; }), 2);
}

TEST(SqliteCatalog, DescribesConstraints) {
  const auto constraints = engine().catalog().constraints(
      *databaseOf("create table t (a primary key, b constraint positive check (b > 0), c unique references p)"));
  ASSERT_EQ(constraints.size(), 4U);
  EXPECT_EQ(constraints[0].kind, "primary key");
  EXPECT_EQ(constraints[1].name, "positive");
  EXPECT_EQ(constraints[1].definition, "CHECK (b > 0)");
  EXPECT_EQ(constraints[2].kind, "unique");
  EXPECT_EQ(constraints[3].kind, "foreign key");
}

TEST(SqliteCatalog, FindsWhatIsThere_InAnyCaseOfItsName) {
  using Kind = ObjectReference::Kind;
  const auto session = databaseOf(
      "create table T (a constraint k check (a)); create view v as select 1 as x; create index i on t (a); create "
      "trigger g after insert on t begin select 1; end; create temp table u (b); attach ':memory:' as o; create table "
      "o.w (c)");
  const std::vector<std::pair<ObjectReference, bool>> questions{
      {{Kind::Table, "", "t", "", false}, true},          {{Kind::Table, "main", "T", "", false}, true},
      {{Kind::Table, "MAIN", "t", "", false}, true},      {{Kind::Table, "temp", "t", "", false}, false},
      {{Kind::Table, "absent", "t", "", false}, false},   {{Kind::Table, "", "absent", "", false}, false},
      {{Kind::Table, "", "u", "", false}, true},          {{Kind::Table, "o", "w", "", false}, true},
      {{Kind::View, "", "v", "", false}, true},           {{Kind::Column, "", "A", "t", false}, true},
      {{Kind::Column, "", "x", "v", false}, true},        {{Kind::Column, "", "b", "t", false}, false},
      {{Kind::Column, "", "b", "absent", false}, false},  {{Kind::Index, "", "i", "", false}, true},
      {{Kind::Index, "", "i", "T", false}, true},         {{Kind::Index, "", "i", "u", false}, false},
      {{Kind::Trigger, "", "g", "t", false}, true},       {{Kind::Trigger, "", "t", "", false}, false},
      {{Kind::Constraint, "", "k", "t", false}, true},    {{Kind::Constraint, "", "k", "u", false}, false},
      {{Kind::Schema, "", "o", "", false}, true},         {{Kind::Schema, "", "p", "", false}, false},
      {{Kind::Function, "", "lower", "", false}, true},   {{Kind::Function, "", "absent", "", false}, false},
      {{Kind::Sequence, "", "absent", "", false}, false}, {{Kind::Table, "", "t'; --", "", false}, false}};
  for (const auto& [object, there] : questions) {
    EXPECT_EQ(engine().catalog().exists(*session, object), there) << object.schema << "." << object.name;
  }
  EXPECT_EQ(engine().catalog().exists(*session, {Kind::Other, "", "t", "", false}), std::nullopt);
  EXPECT_EQ(engine().catalog().schemaOf(*session, "t"), "main");
  EXPECT_EQ(engine().catalog().schemaOf(*session, "u"), "temp");
  EXPECT_EQ(engine().catalog().schemaOf(*session, "absent"), "");
  EXPECT_EQ(engine().catalog().defaultSchema(*session), "main");
}

}  // namespace
}  // namespace hotswap::db::sqlite
