// Arrays in expressions that the server has printed: which of them must say their type to come back as they were.
#include "db/postgres/dump/array_casts.h"

#include <gtest/gtest.h>

namespace hotswap::db::postgres {
namespace {

TEST(ArrayCasts, AnArrayThatIsCastAsAWhole_SaysItsOwnTypeFirst) {
  EXPECT_EQ(withTypedArrays("((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))"),
            "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying]::character varying[])::text[]))");
}

TEST(ArrayCasts, NumbersAndTruthValues_ShowTheirTypeWithoutACast) {
  EXPECT_EQ(withTypedArrays("((ARRAY[1, 22])::bigint[])"), "((ARRAY[1, 22]::integer[])::bigint[])");
  EXPECT_EQ(withTypedArrays("((ARRAY[1.5, 2.0])::float[])"), "((ARRAY[1.5, 2.0]::numeric[])::float[])");
  EXPECT_EQ(withTypedArrays("((ARRAY[true, false])::text[])"), "((ARRAY[true, false]::boolean[])::text[])");
}

TEST(ArrayCasts, AnArrayWithoutACast_StaysAsItIs) {
  for (const char* sql : {"ARRAY['x'::text, 'y'::text]", "(ARRAY['x'::text])", "ANY (ARRAY['a'::text])", ""}) {
    EXPECT_EQ(withTypedArrays(sql), sql);
  }
}

TEST(ArrayCasts, AnArrayWhoseTypeCantBeSeen_StaysAsItIs) {
  for (const char* sql : {"(ARRAY[a, b])::text[]", "(ARRAY['x'::text, b])::text[]", "(ARRAY[1, 2.5])::float[]",
                          "(ARRAY[])::text[]", "(ARRAY[f(1)])::text[]", "(ARRAY[12345678901])::numeric[]"}) {
    EXPECT_EQ(withTypedArrays(sql), sql);
  }
}

TEST(ArrayCasts, CommasAndBracketsInsideOfElements_DontEndThem) {
  EXPECT_EQ(withTypedArrays("(ARRAY[f('],', \"a]\", x[1])::\"T,\", (g(2))::\"T,\"])::text[]"),
            "(ARRAY[f('],', \"a]\", x[1])::\"T,\", (g(2))::\"T,\"]::\"T,\"[])::text[]");
}

TEST(ArrayCasts, TextsNamesAndComments_AreNotLookedInto) {
  for (const char* sql :
       {"'(ARRAY[1])::text[]'", "'it''s (ARRAY[1])::text[]'", "E'\\' (ARRAY[1])::text[]'", "\"(ARRAY[1])::text[]\"",
        "$f$(ARRAY[1])::text[]$f$", "$$(ARRAY[1])::text[]$$", "-- (ARRAY[1])::text[]"}) {
    EXPECT_EQ(withTypedArrays(sql), sql);
  }
}

TEST(ArrayCasts, AnArrayInsideOfAnArray_SaysItsTypeToo) {
  EXPECT_EQ(withTypedArrays("(ARRAY[f((ARRAY[1])::bigint[])::text])::x[]"),
            "(ARRAY[f((ARRAY[1]::integer[])::bigint[])::text]::text[])::x[]");
}

TEST(ArrayCasts, WhatIsCutOff_IsGivenBackAsItIs) {
  for (const char* sql : {"(ARRAY[1", "(ARRAY['x", "(ARRAY", "'", "$f$", "E'\\", "(ARRAY[1]"}) {
    EXPECT_EQ(withTypedArrays(sql), sql);
  }
}

}  // namespace
}  // namespace hotswap::db::postgres
