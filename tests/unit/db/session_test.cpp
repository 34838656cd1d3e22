#include "db/session.h"

#include <gtest/gtest.h>

namespace hotswap::db {
namespace {

TEST(Rows, GivesValuesByRowAndColumn) {
  const Rows rows({"a", "b"}, {"1", std::nullopt, "2.5", "t"});
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.integer(0, 0), 1);
  EXPECT_EQ(rows.text(0, 1), "");
  EXPECT_FALSE(rows.at(0, 1).has_value());
  EXPECT_EQ(rows.number(1, 0), 2.5);
  EXPECT_TRUE(rows.boolean(1, 1));
  EXPECT_FALSE(rows.boolean(0, 1));
}

TEST(Rows, AreEmpty_WithoutColumnsOrWithoutRows) {
  EXPECT_TRUE(Rows().empty());
  EXPECT_TRUE(Rows({"a"}, {}).empty());
}

TEST(Rows, RefuseToReadANumber_WhereNoneStands) {
  const Rows rows({"a"}, {"x", "1x", std::nullopt, "99999999999999999999"});
  for (std::size_t row = 0; row < rows.size(); ++row) EXPECT_THROW(static_cast<void>(rows.integer(row, 0)), Error);
  EXPECT_THROW(static_cast<void>(rows.number(1, 0)), Error);
  EXPECT_EQ(rows.maybeNumber(2, 0), std::nullopt);
}

TEST(Rows, ThrowRatherThanReadBeyondTheirEnd) {
  const Rows rows({"a"}, {"1"});
  EXPECT_THROW(static_cast<void>(rows.at(1, 0)), std::out_of_range);
}

TEST(QuoteIdentifier, QuotesEveryName) {
  EXPECT_EQ(quoteIdentifier("order"), "\"order\"");
  EXPECT_EQ(quoteIdentifier("a\"b; drop table c"), "\"a\"\"b; drop table c\"");
}

TEST(SqlError, SaysTheServersWordsAndItsCode) {
  const SqlError error(
      {.kind = SqlErrorKind::LockTimeout, .sqlState = "55P03", .message = "too slow", .detail = {}, .hint = {}},
      {.retryable = true});
  EXPECT_STREQ(error.what(), "too slow (SQLSTATE 55P03)");
  EXPECT_EQ(error.kind(), SqlErrorKind::LockTimeout);
  EXPECT_TRUE(error.recovery().retryable);
}

TEST(SqlError, IsUnavailable_WhereTheServerIsAway) {
  const SqlError error(
      {.kind = SqlErrorKind::ConnectionLost, .sqlState = {}, .message = "gone", .detail = {}, .hint = {}}, {});
  EXPECT_EQ(error.code(), ErrorCode::Unavailable);
  EXPECT_STREQ(error.what(), "gone");
}

}  // namespace
}  // namespace hotswap::db
