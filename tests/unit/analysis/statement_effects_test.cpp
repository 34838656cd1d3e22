// What statements do where no server is at hand: to tables that the script itself has made, and to tables nobody knows.
#include "analysis/postgres/statement_effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/postgres/schema_timeline.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis::postgres {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Plays a script from nothing and returns the effects of its last statement; `settled` statements come first and count
/// as somebody else's.
Effects lastOf(const std::string& script, const std::string& settled = "") {
  SchemaTimeline timeline{KnownSchema()};
  for (const auto& statement : db::postgres::PostgresScript().parse(settled).statements)
    timeline.advance(statement.sql);
  timeline.settle();
  Effects effects;
  for (const auto& statement : db::postgres::PostgresScript().parse(script).statements)
    effects = timeline.advance(statement.sql);
  return effects;
}

std::vector<std::string> locksOf(const Effects& effects) {
  std::vector<std::string> texts;
  for (const RelationLock& lock : effects.locks)
    texts.push_back(lock.object.text() + " " + std::string(toText(lock.mode)) + (lock.own ? " own" : ""));
  return texts;
}

TEST(StatementEffects, OfAnUnknownTableSayWhatTheTextTells) {
  const Effects effects = lastOf("alter table orders add column note text");
  EXPECT_THAT(locksOf(effects), ElementsAre("orders AccessExclusiveLock"));
  EXPECT_THAT(effects.rewrites, IsEmpty());
  EXPECT_THAT(effects.unknown, ElementsAre(HasSubstr("orders")));
  EXPECT_TRUE(effects.blocksReads());
}

TEST(StatementEffects, OfATableTheScriptHasMadeBlockNobody) {
  const Effects effects = lastOf("create table t (a int); alter table t add b int default random()");
  EXPECT_THAT(locksOf(effects), ElementsAre("public.t AccessExclusiveLock own"));
  EXPECT_FALSE(effects.blocksReads());
  EXPECT_FALSE(effects.blocksWrites());
  EXPECT_THAT(effects.unknown, IsEmpty());
}

TEST(StatementEffects, OfATableOfAnEarlierScriptBlock) {
  EXPECT_TRUE(lastOf("alter table t add b int", "create table t (a int)").blocksReads());
}

TEST(StatementEffects, FollowARenameByEarlierStatements) {
  const Effects effects = lastOf("alter table t rename to u; create index on u (a)", "create table t (a int)");
  EXPECT_THAT(locksOf(effects), ElementsAre("public.u ShareLock"));
  ASSERT_EQ(effects.indexBuilds.size(), 1U);
  EXPECT_EQ(effects.indexBuilds[0].index.name, "u_a_idx");
}

TEST(StatementEffects, OfAnUnknownFunctionAsDefaultRewrite_AndSaySo) {
  const Effects effects = lastOf("alter table t add b int default mystery()", "create table t (a int)");
  EXPECT_THAT(effects.rewrites, ElementsAre(RelationName{"public", "t"}));
  EXPECT_THAT(effects.unknown, Contains(HasSubstr("mystery")));
}

TEST(StatementEffects, OfAFunctionTheScriptHasMadeGoByItsVolatility) {
  const std::string table = "create table t (a int)";
  EXPECT_THAT(lastOf("create function f() returns int language plpgsql stable as 'begin return 1; end';"
                     "alter table t add b int default f()",
                     table)
                  .rewrites,
              IsEmpty());
  EXPECT_THAT(lastOf("create function f() returns int language plpgsql as 'begin return 1; end';"
                     "alter table t add b int default f()",
                     table)
                  .rewrites,
              Not(IsEmpty()));
}

TEST(StatementEffects, OfAForeignKeyLockTheOtherTable) {
  const std::string tables = "create table p (id int primary key); create table c (p int)";
  EXPECT_THAT(locksOf(lastOf("alter table c add foreign key (p) references p", tables)),
              ElementsAre("public.c ShareRowExclusiveLock", "public.p ShareRowExclusiveLock"));
  EXPECT_THAT(locksOf(lastOf("create table d (p int references p)", tables)),
              ElementsAre("public.p ShareRowExclusiveLock"));
  EXPECT_THAT(locksOf(lastOf("drop table c", tables + "; alter table c add foreign key (p) references p")),
              ElementsAre("public.c AccessExclusiveLock", "public.p AccessExclusiveLock"));
}

TEST(StatementEffects, OfATypeChangeKnowWhatIsFree) {
  const std::string table = "create table t (v varchar(10), n numeric(8,2), i int, d timestamp)";
  const auto rewrites = [&](const std::string& change) {
    return !lastOf("alter table t alter " + change, table).rewrites.empty();
  };
  EXPECT_FALSE(rewrites("v type varchar(20)"));
  EXPECT_FALSE(rewrites("v type text"));
  EXPECT_TRUE(rewrites("v type varchar(5)"));
  EXPECT_FALSE(rewrites("n type numeric(10,2)"));
  EXPECT_TRUE(rewrites("n type numeric(10,3)"));
  EXPECT_TRUE(rewrites("i type bigint"));
  EXPECT_TRUE(rewrites("d type timestamptz"));
  EXPECT_THAT(lastOf("set timezone = 'UTC'; alter table t alter d type timestamptz", table).rewrites, IsEmpty());
}

TEST(StatementEffects, OfSetNotNullSpareTheScanWhereAValidCheckSaysTheSame) {
  const std::string table = "create table t (a int); alter table t add constraint c check (a is not null) not valid";
  EXPECT_THAT(lastOf("alter table t alter a set not null", table).scans, Not(IsEmpty()));
  EXPECT_THAT(lastOf("alter table t validate constraint c; alter table t alter a set not null", table).scans,
              IsEmpty());
}

TEST(StatementEffects, OfDroppingAColumnNameItsIndexesAsLost) {
  const Effects effects =
      lastOf("alter table t drop column a", "create table t (a int, b int); create index i on t (b, a)");
  EXPECT_THAT(effects.lostIndexes, ElementsAre(RelationName{"public", "i"}));
  ASSERT_EQ(effects.dataLoss.size(), 1U);
  EXPECT_EQ(effects.dataLoss[0].column, "a");
}

TEST(StatementEffects, SayThatAStatementCantRunInATransaction) {
  const std::string table = "create table t (a int)";
  EXPECT_FALSE(lastOf("create index concurrently on t (a)", table).transactional);
  EXPECT_FALSE(lastOf("vacuum t", table).transactional);
  EXPECT_TRUE(lastOf("create index on t (a)", table).transactional);
}

TEST(StatementEffects, SayWhyADropWillFail) {
  const std::string schema = "create table t (a int); create view v as select a from t";
  EXPECT_THAT(lastOf("drop table t", schema).failure, HasSubstr("depend"));
  EXPECT_THAT(lastOf("drop table t cascade", schema).failure, IsEmpty());
}

TEST(SchemaTimeline, KnowsTheSchemaBeforeAndAfterTheNewestStatement) {
  SchemaTimeline timeline{KnownSchema()};
  timeline.advance("create table t (a int)");
  EXPECT_EQ(timeline.before().lookUp("", "t"), nullptr);
  ASSERT_NE(timeline.after().lookUp("", "t"), nullptr);
  timeline.advance("alter table t rename to u");
  EXPECT_NE(timeline.before().lookUp("", "t"), nullptr);
  EXPECT_EQ(timeline.after().lookUp("", "t"), nullptr);
  EXPECT_NE(timeline.after().lookUp("", "u"), nullptr);
  timeline.settle();
  EXPECT_EQ(timeline.before().text(), timeline.after().text());
}

TEST(KnownSchema, CopiesAreIndependent) {
  KnownSchema schema;
  Relation table;
  table.schema = "public";
  table.name = "t";
  const ObjectId id = schema.put(table);
  KnownSchema copy = schema;
  copy.erase(id);
  EXPECT_NE(schema.find("public", "t"), nullptr);
  EXPECT_EQ(copy.find("public", "t"), nullptr);
}

TEST(KnownSchema, ForgetsReferencesOfWhatIsChanged) {
  KnownSchema schema;
  Relation table;
  table.schema = "public";
  table.name = "t";
  const ObjectId id = schema.put(table);
  Relation index;
  index.schema = "public";
  index.name = "i";
  index.kind = RelationKind::Index;
  index.index.table = id;
  const ObjectId indexId = schema.put(index);
  EXPECT_EQ(schema.indexesOf(id).size(), 1U);
  schema.erase(indexId);
  EXPECT_TRUE(schema.indexesOf(id).empty());
}

}  // namespace
}  // namespace hotswap::analysis::postgres
