#include "analysis/postgres/effects/implications.h"

#include <gtest/gtest.h>

namespace hotswap::analysis::postgres {
namespace {

TEST(Implications, NotNullFollowsFromItselfAndFromOneSideOfAnd) {
  EXPECT_TRUE(impliesNotNull("a is not null", "a"));
  EXPECT_TRUE(impliesNotNull("(a IS NOT NULL) AND (b > 0)", "a"));
  EXPECT_TRUE(impliesNotNull("not (a is null)", "a"));
  EXPECT_FALSE(impliesNotNull("a is not null or b is not null", "a"));
  EXPECT_FALSE(impliesNotNull("a > 0", "a")) << "a check holds for null";
  EXPECT_FALSE(impliesNotNull("b is not null", "a"));
}

TEST(Implications, ATighterRangeImpliesAWiderOne) {
  const std::string needed = "a >= 1 and a < 10";
  EXPECT_TRUE(implies({"a >= 1 and a < 10"}, {}, needed));
  EXPECT_TRUE(implies({"a between 2 and 9"}, {}, needed));
  EXPECT_TRUE(implies({"a > 1", "a <= 9"}, {}, needed)) << "of two checks";
  EXPECT_FALSE(implies({"a >= 0 and a < 10"}, {}, needed));
  EXPECT_FALSE(implies({"a >= 1"}, {}, needed));
}

TEST(Implications, MomentsAreComparedHoweverTheyAreWritten) {
  EXPECT_TRUE(implies({"at >= '2022-01-01 01:00:00+01'::timestamp with time zone"}, {}, "at >= '2022-01-01 00:00+00'"));
  EXPECT_FALSE(implies({"at >= '2022-01-01 00:00:00+01'"}, {}, "at >= '2022-01-01 00:00+00'"));
  EXPECT_TRUE(implies({"at < '2022-01-31'"}, {}, "at < '2022-02-01'"));
}

TEST(Implications, AListImpliesALongerOne) {
  EXPECT_TRUE(implies({"k in ('a', 'b')"}, {}, "k in ('a', 'b', 'c')"));
  EXPECT_TRUE(implies({"k = any (array['a'::text])"}, {}, "k in ('a', 'b')"));
  EXPECT_FALSE(implies({"k in ('a', 'd')"}, {}, "k in ('a', 'b', 'c')"));
}

TEST(Implications, ABoundBecomesACondition_AndItsNegation) {
  EXPECT_TRUE(implies({"n between 1 and 5"}, {"n"}, conditionOf("FOR VALUES FROM (1) TO (10)", 'r', {"n"})));
  EXPECT_FALSE(implies({"n between 1 and 5"}, {}, conditionOf("FOR VALUES FROM (1) TO (10)", 'r', {"n"})))
      << "null has no place in a range";
  EXPECT_TRUE(implies({"n < 0 or n >= 10"}, {}, negationOf("FOR VALUES FROM (1) TO (10)", 'r', {"n"})));
  EXPECT_EQ(conditionOf("FOR VALUES WITH (modulus 2, remainder 0)", 'h', {"n"}), "");
  EXPECT_EQ(conditionOf("FOR VALUES FROM (1, 2) TO (3, 4)", 'r', {"a", "b"}), "") << "more than one column";
}

}  // namespace
}  // namespace hotswap::analysis::postgres
