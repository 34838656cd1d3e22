#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "analysis/postgres/possible_names.h"

namespace hotswap::analysis::postgres {
namespace {

using testing::Contains;

std::set<std::string> namesIn(std::string_view script) { return possibleNames(std::array{script}).value(); }

TEST(PossibleNames, AreAllWords_AsWrittenAndInLowerCase) {
  EXPECT_EQ(namesIn("ALTER TABLE app.Orders_2;"),
            (std::set<std::string>{"ALTER", "alter", "TABLE", "table", "app", "Orders_2", "orders_2"}));
}

TEST(PossibleNames, HoldWhatStandsInQuotes_EvenAfterALoneQuote) {
  EXPECT_THAT(namesIn("comment on table t is '\"'; drop table \"My Table\""), Contains("My Table"));
  EXPECT_THAT(namesIn("drop table gr\u00f6\u00dfe"), Contains("gr\u00f6\u00dfe"));
}

TEST(PossibleNames, AreNotLookedForInLongScripts) {
  const std::string script(2'000'000, 'x');
  EXPECT_FALSE(possibleNames(std::array{std::string_view(script)}));
}

}  // namespace
}  // namespace hotswap::analysis::postgres
