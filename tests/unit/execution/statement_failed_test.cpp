#include <gtest/gtest.h>

#include "execution/script_runner.h"

namespace hotswap::execution {

namespace {

db::SqlError missingColumn() {
  return {{.kind = db::SqlErrorKind::MissingObject,
           .sqlState = "42703",
           .message = "column \"x\" does not exist",
           .detail = "",
           .hint = "Perhaps you meant y.",
           .offset = 7},
          {.changedAnything = true}};
}

}  // namespace

TEST(StatementFailed, SaysWhichStatementWhereAndWhy) {
  const StatementFailed failed(missingColumn(), 2, {7, 15}, "select x");
  EXPECT_STREQ(failed.what(), "statement 3 (line 7, column 15) failed: column \"x\" does not exist (SQLSTATE 42703)");
  EXPECT_EQ(failed.statement(), 2U);
  EXPECT_EQ(failed.position(), (Position{7, 15}));
  EXPECT_EQ(failed.failure().sqlState, "42703");
}

TEST(StatementFailed, KeepsTheAnswersOfItsCause) {
  EXPECT_TRUE(StatementFailed(missingColumn(), 0, {1, 1}, "select x").recovery().changedAnything);
}

TEST(StatementFailed, HoldsTheStatementAndTheServersHint) {
  const StatementFailed failed(missingColumn(), 0, {1, 1}, "select\n  x");
  ASSERT_EQ(failed.details().size(), 2U);
  EXPECT_EQ(failed.details()[0].message, "select x");
  EXPECT_EQ(failed.details()[1].message, "Perhaps you meant y.");
}

TEST(StatementFailed, TakesOneMoreSentence) {
  const StatementFailed failed(StatementFailed(missingColumn(), 2, {7, 15}, "select x"), "An index was left invalid.");
  EXPECT_STREQ(
      failed.what(),
      "statement 3 (line 7, column 15) failed: column \"x\" does not exist (SQLSTATE 42703). An index was left "
      "invalid.");
  EXPECT_EQ(failed.statement(), 2U);
}

}  // namespace hotswap::execution
