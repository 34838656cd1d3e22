// Scripts with safe forms in place of statements: what stays, where transactions are parted, what is left alone.
#include "analysis/safer_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "analysis/linter.h"
#include "db/postgres/postgres_engine.h"
#include "db/script_plan.h"

namespace hotswap::analysis {
namespace {

using testing::HasSubstr;

const db::Engine& engine() {
  static const auto made = db::postgres::makeEngine();
  return *made;
}

/// The script made safer, after another that has made the tables; the script itself where nothing is to be safer.
std::string safer(const std::string& script) {
  Linter linter(engine(), {.severities = {}, .today = std::chrono::year(2030) / 1 / 31});
  linter.pass(
      "create table orders (id bigint primary key, note text, quantity int); create index notes on orders (note);");
  return linter.judge({.migrationScript = script, .rollbackScript = {}}).saferScript.value_or(script);
}

TEST(SaferScript, LeavesEverythingElseByteForByte) {
  EXPECT_EQ(safer("\xEF\xBB\xBF-- ä\r\nSELECT\t1 ;  drop  index notes /* x */ ;\n\n-- end"),
            "\xEF\xBB\xBF-- ä\r\nSELECT\t1 ;  DROP INDEX CONCURRENTLY notes ;\n\n-- end");
  const std::string harmless = "create table a (id int);\n  create index on a (id);";
  EXPECT_EQ(safer(harmless), harmless);
}

TEST(SaferScript, CommitsBeforeAndBehindAForm_ButNotTwice) {
  EXPECT_EQ(safer("create table a (id int);\nalter table orders add check (quantity > 0);\ncreate table b (id int)"),
            "create table a (id int);\n"
            "-- hotswap: commit\n"
            "ALTER TABLE orders ADD CONSTRAINT orders_quantity_check CHECK (quantity > 0) NOT VALID;\n"
            "-- hotswap: commit\n"
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_quantity_check;\n"
            "-- hotswap: commit\n"
            "create table b (id int)");
  EXPECT_EQ(safer("select 1;\n-- hotswap: commit\nupdate orders set note = '';\nvacuum;"),
            "select 1;\n-- hotswap: commit\n-- hotswap: batches key=id\nUPDATE orders SET note = '';\nvacuum;");
}

TEST(SaferScript, PutsEachStepIntoATransactionOfItsOwn) {
  const auto parsed = engine().script().parse(safer(
      "create table a (id int); alter table orders alter note set not null, add check (quantity > 0); drop table a;"));
  ASSERT_FALSE(parsed.error);
  std::vector<std::size_t> counts;
  for (const db::Unit& unit : db::planUnits(parsed.statements)) counts.push_back(unit.count);
  // The table; check, validate, set and drop; check, validate; the table again.
  EXPECT_EQ(counts, (std::vector<std::size_t>{1, 1, 1, 2, 1, 1, 1}));
}

TEST(SaferScript, LeavesAloneWhatACommentAllows) {
  const std::string script = "-- hotswap: allow drop-index-blocks reason=\"nobody uses it\"\ndrop index notes;";
  EXPECT_EQ(safer(script), script);
}

TEST(SaferScript, LeavesAlone_WhatStandsBehindAStatementThatHoldsForItsTransaction) {
  for (const char* first : {"set local lock_timeout = '1s'", "lock table orders", "set constraints all deferred",
                            "create temp table t (id int) on commit drop"}) {
    const std::string script = std::string(first) + ";\nalter table orders add check (quantity > 0);";
    EXPECT_EQ(safer(script), script);
    EXPECT_THAT(safer(std::string(first) + ";\n-- hotswap: commit\nalter table orders add check (quantity > 0);"),
                HasSubstr("NOT VALID"));
  }
}

TEST(SaferScript, SaysWhatIsLeftForLater) {
  EXPECT_EQ(safer("drop table orders;"),
            "-- Later, when nothing has missed it:\n"
            "--   DROP TABLE dropped_20300131_orders;\n"
            "-- hotswap: allow rename-table reason=\"hidden, to be dropped later\"\n"
            "ALTER TABLE orders RENAME TO dropped_20300131_orders;");
}

TEST(SaferScript, IsSafeItself) {
  for (const char* sql :
       {"create index on orders (quantity)", "alter table orders add unique (note), alter note set not null",
        "alter table orders add token uuid not null default gen_random_uuid() check (token is not null)",
        "drop table orders", "alter table orders rename note to remark", "update orders set note = ''"}) {
    const std::string once = safer(sql);
    EXPECT_NE(once, sql);
    EXPECT_EQ(safer(once), once);
  }
}

TEST(SaferScript, QuotesNames_AndCopesWithLongOnes) {
  EXPECT_EQ(safer("create table \"Ü x\" (\"a\"\"b\" int);"), "create table \"Ü x\" (\"a\"\"b\" int);");
  const std::string name(63, 'n');
  EXPECT_THAT(safer("drop table " + name), HasSubstr(" RENAME TO dropped_20300131_" + std::string(46, 'n')));
  EXPECT_THAT(safer("alter table \"Orders\" alter \"a\"\"b\" set not null"),
              HasSubstr("ALTER TABLE \"Orders\" ALTER COLUMN \"a\"\"b\" SET NOT NULL;"));
  EXPECT_EQ(safer("create index \"a b\" on orders (note)"),
            "CREATE INDEX CONCURRENTLY \"a b\" ON orders USING btree (note)");
  EXPECT_THAT(safer("alter table orders add constraint \"Check\" check (quantity > 0)"),
              HasSubstr("ADD CONSTRAINT \"Check\" CHECK (quantity > 0) NOT VALID;"));
}

TEST(SaferScript, CopesWithDeepNesting) {
  std::string condition(1500, '(');
  condition += "quantity > 0" + std::string(1500, ')');
  EXPECT_THAT(safer("alter table orders add check (" + condition + ")"), HasSubstr("VALIDATE"));
  std::string sum = "1";
  for (int i = 0; i < 1000; ++i) sum = "(" + sum + "+1)";
  EXPECT_TRUE(safer("alter table orders add check (quantity < " + sum + ")").ends_with("orders_quantity_check"));
}

}  // namespace
}  // namespace hotswap::analysis
