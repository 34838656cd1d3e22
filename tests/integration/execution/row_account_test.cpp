// The rows that a script changes, held against what its statements name.
#include "execution/row_account.h"

#include <gtest/gtest.h>

#include "fixture.h"

namespace hotswap::execution {

namespace {

/// Three customers with two orders each.
struct Shop {
  Shop() {
    stage.sql(
        "create table customers (id int primary key, note text);"
        "create table orders (id int, customer int references customers on delete cascade);"
        "insert into customers select g from generate_series(1, 3) g;"
        "insert into orders select g, g % 3 + 1 from generate_series(1, 6) g");
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

TEST(RowAccount, RefusesATruncate_WhateverElseTheScriptNamesOrHides) {
  for (const std::string script : {
           "create table archive (id int, customer int); insert into archive select * from orders;"
           "truncate customers cascade",
           "select setval('other', 5); truncate customers cascade",
           "set local search_path = aside; truncate public.customers cascade",
       }) {
    Shop shop;
    shop.stage.sql("create schema aside; create table aside.orders (id int); create sequence other");
    EXPECT_NE(shop.stage.failureOf(script).find("public.orders"), std::string::npos) << script;
    EXPECT_EQ(shop.rowsOf("orders"), 6) << script;
  }
}

TEST(RowAccount, IsNoConcernOfAStatementThatIsPassedOver) {
  Shop shop;
  const auto before = shop.stage.listing();
  const std::string script = "create index concurrently orders_id on orders (id); insert into nowhere values (1)";
  EXPECT_NE(shop.stage.failureOf(script), "");
  const WayBackResult back = shop.stage.undo(script, "truncate customers cascade; drop index orders_id", before);
  EXPECT_TRUE(back.verified) << back.error;
  EXPECT_EQ(back.error, "");
  EXPECT_EQ(shop.rowsOf("orders"), 6);
}

TEST(RowAccount, LetsATruncateEmptyWhatItNames) {
  for (const std::string script :
       {"truncate customers, orders", "truncate customers, orders cascade",
        "delete from orders; truncate customers cascade",
        "truncate orders; alter table orders rename to old_orders; truncate customers cascade;"
        "alter table old_orders rename to orders"}) {
    Shop shop;
    EXPECT_EQ(shop.stage.failureOf(script), "") << script;
    EXPECT_EQ(shop.rowsOf("customers") + shop.rowsOf("orders"), 0) << script;
  }
}

TEST(RowAccount, SeesThroughPartitionsAndRowSecurity) {
  Stage stage;
  stage.sql(
      "create table customers (id int primary key);"
      "create table orders (id int, customer int references customers) partition by range (id);"
      "create table orders_low partition of orders for values from (0) to (10);"
      "create table secret (customer int references customers); alter table secret enable row level security;"
      "alter table secret force row level security;"
      "insert into customers values (1); insert into orders values (1, 1); insert into secret values (1);"
      "create role clerk nosuperuser; alter table customers owner to clerk; alter table orders owner to clerk;"
      "alter table orders_low owner to clerk; alter table secret owner to clerk");
  const std::string failure = stage.failureOf("set local role clerk; truncate customers cascade");
  stage.sql("reset role; reassign owned by clerk to current_user; drop role clerk");
  EXPECT_NE(failure.find("public.orders_low, public.secret"), std::string::npos) << failure;
  EXPECT_EQ(stage.number("select count(*) from orders"), 1);
}

TEST(RowAccount, LetsATruncateEmptyThePartitionsOfWhatItNames) {
  Stage stage;
  stage.sql(
      "create table readings (day int) partition by range (day);"
      "create table readings_low partition of readings for values from (0) to (10);"
      "insert into readings select g from generate_series(1, 9) g");
  stage.run("truncate readings cascade");
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
