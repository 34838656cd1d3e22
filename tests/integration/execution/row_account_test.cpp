// The rows that a script changes, held against what its statements name.
#include "execution/row_account.h"

#include <gtest/gtest.h>

#include "fixture.h"
#include "support/eventually.h"

namespace hotswap::execution {

namespace {

using support::eventually;

/// Three customers with two orders each; the server's statistics know of them.
struct Shop {
  Shop() {
    stage.sql(
        "create table customers (id int primary key, note text);"
        "create table orders (id int, customer int references customers on delete cascade);"
        "insert into customers select g from generate_series(1, 3) g;"
        "insert into orders select g, g % 3 + 1 from generate_series(1, 6) g");
    // A session's counts reach the statistics some time after its statements.
    EXPECT_TRUE(
        eventually([&] { return stage.number("select count(*) from pg_stat_user_tables where n_live_tup > 0") == 2; }));
  }
  [[nodiscard]] std::int64_t rowsOf(const std::string& table) const {
    return stage.number("select count(*) from " + table);
  }
  Stage stage;
};

}  // namespace

TEST(RowAccount, RefusesATruncate_WhenItsCascadeEmptiesATableThatNobodyNames) {
  Shop shop;
  const std::string failure =
      shop.stage.failureOf("alter table customers add column a int;\ntruncate customers cascade");
  EXPECT_NE(failure.find("statement 2 (line 2, column 1)"), std::string::npos) << failure;
  EXPECT_NE(failure.find("public.orders"), std::string::npos) << failure;
  EXPECT_EQ(failure.find("public.customers"), std::string::npos) << failure;
  EXPECT_EQ(shop.rowsOf("customers"), 3);
  EXPECT_EQ(shop.rowsOf("orders"), 6);
}

TEST(RowAccount, LetsATruncateEmptyWhatItNames) {
  Shop shop;
  shop.stage.run("truncate customers, orders");
  EXPECT_EQ(shop.rowsOf("customers") + shop.rowsOf("orders"), 0);
}

TEST(RowAccount, LetsATruncateEmptyThePartitionsOfWhatItNames) {
  Stage stage;
  stage.sql(
      "create table readings (day int) partition by range (day);"
      "create table readings_low partition of readings for values from (0) to (10);"
      "insert into readings select g from generate_series(1, 9) g");
  ASSERT_TRUE(eventually(
      [&] { return stage.number("select n_live_tup from pg_stat_user_tables where relname = 'readings_low'") == 9; }));
  stage.run("truncate readings");
  EXPECT_EQ(stage.number("select count(*) from readings"), 0);
  EXPECT_EQ(stage.journal.countOf("went though"), 0U) << stage.journal.text();
}

TEST(RowAccount, TellsOfRowsThatACascadeTook) {
  Shop shop;
  shop.stage.run("delete from customers where id = 1");
  EXPECT_TRUE(shop.stage.journal.says("rows of public.customers: 0 inserted, 0 updated, 1 deleted"))
      << shop.stage.journal.text();
  EXPECT_TRUE(shop.stage.journal.says("2 row(s) of public.orders went though no statement names the table"))
      << shop.stage.journal.text();
  EXPECT_EQ(shop.rowsOf("orders"), 4);
}

TEST(RowAccount, CountsEachTransactionByItself) {
  Shop shop;
  shop.stage.run("update customers set note = 'x'; vacuum customers; update customers set note = 'y' where id = 2");
  EXPECT_TRUE(shop.stage.journal.says("rows of public.customers: 0 inserted, 3 updated, 0 deleted"))
      << shop.stage.journal.text();
  EXPECT_TRUE(shop.stage.journal.says("rows of public.customers: 0 inserted, 1 updated, 0 deleted"))
      << shop.stage.journal.text();
}

TEST(RowAccount, LeavesSetTransactionTheFirstWord) {
  Shop shop;
  shop.stage.run("set transaction isolation level serializable; update customers set note = 'x'");
  EXPECT_EQ(shop.stage.number("select count(*) from customers where note = 'x'"), 3);
}

TEST(RowAccount, AsksTheServerNothing_WhenNoRowsAreChanged) {
  Shop shop;
  shop.stage.run("alter table orders alter column id type bigint");
  EXPECT_EQ(shop.stage.journal.countOf("rows of"), 0U) << shop.stage.journal.text();
}

}  // namespace hotswap::execution
