#include "db/sql_error.h"

#include <gtest/gtest.h>

namespace hotswap::db {
namespace {

TEST(StateText, CallsAStandardCodeByItsName_AndLeavesWordsAsTheyAre) {
  EXPECT_EQ(stateText("42501"), "SQLSTATE 42501");
  EXPECT_EQ(stateText("SQLITE_CONSTRAINT"), "SQLITE_CONSTRAINT");
  EXPECT_EQ(stateText(""), "");
}

TEST(SqlError, HasItsStateInsideOfItsSentence) {
  const auto said = [](const std::string& message, const std::string& state) {
    return std::string(
        SqlError({.kind = {}, .sqlState = state, .message = message, .detail = {}, .hint = {}}, {}).what());
  };
  EXPECT_EQ(said("no such table", "42P01"), "no such table (SQLSTATE 42P01)");
  EXPECT_EQ(said("It can't be opened: it is a folder.", "SQLITE_CANTOPEN"),
            "It can't be opened: it is a folder (SQLITE_CANTOPEN).");
  EXPECT_EQ(said("It has no privilege..", "42501"), "It has no privilege (SQLSTATE 42501).");
  EXPECT_EQ(said("Whole sentence.", ""), "Whole sentence.");
}

}  // namespace
}  // namespace hotswap::db
