#include "execution/row_account.h"

#include <gtest/gtest.h>

namespace hotswap::execution {

namespace {

db::Statement naming(const std::string& kind, const std::string& schema, const std::string& table) {
  db::Statement statement;
  statement.kind = kind;
  statement.changesData = true;
  statement.needs.push_back({.kind = db::ObjectReference::Kind::Table, .schema = schema, .name = table, .table = {}});
  return statement;
}

db::RowChanges loss(const std::string& table, std::int64_t deleted) {
  return {.schema = "shop", .name = table, .deleted = deleted, .partOf = {}};
}

}  // namespace

TEST(RowAccount, CountsWhatEveryTableWasGiven) {
  const RowVerdict verdict =
      judgeRows(std::vector{naming("UPDATE", "", "orders")},
                {{.schema = "shop", .name = "orders", .inserted = 1, .updated = 20, .deleted = 0, .partOf = {}}});
  ASSERT_EQ(verdict.counts.size(), 1U);
  EXPECT_EQ(verdict.counts[0], "rows of shop.orders: 1 inserted, 20 updated, 0 deleted");
  EXPECT_TRUE(verdict.warnings.empty());
}

TEST(RowAccount, TakesALossForMeant_WhenAStatementNamesTheTableOrWhatItIsAPartOf) {
  const std::vector byTable{naming("DELETE", "", "orders")};
  const std::vector bySchema{naming("DELETE", "shop", "orders")};
  db::RowChanges partition = loss("orders_2026", 5);
  partition.partOf = {{"shop", "orders"}};
  for (const db::RowChanges& table : {loss("orders", 5), partition}) {
    EXPECT_TRUE(judgeRows(byTable, {table}).warnings.empty());
    EXPECT_TRUE(judgeRows(bySchema, {table}).warnings.empty());
  }
}

TEST(RowAccount, WarnsOfALoss_WhenNoStatementNamesTheTable) {
  const RowVerdict verdict = judgeRows(std::vector{naming("DELETE", "other", "orders")}, {loss("orders", 12'344)});
  ASSERT_EQ(verdict.warnings.size(), 1U);
  EXPECT_NE(verdict.warnings[0].find("12344 row(s) of shop.orders"), std::string::npos) << verdict.warnings[0];
}

}  // namespace hotswap::execution
