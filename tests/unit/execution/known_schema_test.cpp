#include "execution/known_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotswap::execution {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Lines = std::map<std::string, std::string>;

db::SchemaListing listing(Lines lines) { return {.definitions = std::move(lines)}; }

/// A table from before, and a script that adds a column to it and makes another table.
KnownSchema known() {
  return {.before = listing({{"table public.t", "table"}, {"column public.t.id", "1 integer"}}),
          .after = listing({{"table public.t", "table"},
                            {"column public.t.id", "1 integer"},
                            {"column public.t.a", "2 integer"},
                            {"table public.made", "table"}})};
}

/// What is there when the way back begins: what the script left, and that.
db::SchemaListing presentWith(const Lines& more) {
  db::SchemaListing present = *known().after;
  for (const auto& line : more) present.definitions[line.first] = line.second;
  return present;
}

db::SchemaListing beforeWith(const Lines& more) {
  db::SchemaListing now = known().before;
  for (const auto& line : more) now.definitions[line.first] = line.second;
  return now;
}

}  // namespace

TEST(KnownSchema, IsReached_WhenAllIsAsBefore) {
  const SchemaVerdict verdict = judgeSchema(known(), presentWith({}), known().before);
  EXPECT_THAT(verdict.remaining, IsEmpty());
  EXPECT_THAT(verdict.byOthers, IsEmpty());
}

TEST(KnownSchema, IsReached_WhenOthersHaveAddedAColumnThatMovesUp) {
  const SchemaVerdict verdict = judgeSchema(known(), presentWith({{"column public.t.z", "3 text"}}),
                                            beforeWith({{"column public.t.z", "2 text"}}));
  EXPECT_THAT(verdict.remaining, IsEmpty());
  EXPECT_THAT(verdict.byOthers, ElementsAre(HasSubstr("column public.t.z was made by somebody else")));
}

TEST(KnownSchema, IsNotReached_WhenSomethingOfOthersIsGone) {
  const SchemaVerdict verdict = judgeSchema(known(), presentWith({{"table public.theirs", "table"}}), known().before);
  EXPECT_THAT(verdict.remaining, ElementsAre("table public.theirs is missing"));
  EXPECT_THAT(verdict.byOthers, IsEmpty());
}

TEST(KnownSchema, IsNotReached_WhenWhatOthersHaveChangedIsAsBefore) {
  const SchemaVerdict verdict = judgeSchema(known(), presentWith({{"column public.t.id", "1 bigint"}}), known().before);
  EXPECT_THAT(verdict.remaining, ElementsAre(HasSubstr("column public.t.id has changed")));
}

TEST(KnownSchema, LetsGoWhatHangsOnWhatTheScriptHasMade) {
  const Lines hanging{{"index public.i", "CREATE INDEX i ON public.made USING btree (id)"},
                      {"column public.made.extra", "2 text"},
                      {"table public.part", "table, partition of public.made"}};
  const SchemaVerdict gone = judgeSchema(known(), presentWith(hanging), known().before);
  EXPECT_THAT(gone.remaining, IsEmpty());
  EXPECT_EQ(gone.byOthers.size(), 3U);
  const Lines near{{"index public.i", "CREATE INDEX i ON public.made2 USING btree (id)"}};
  EXPECT_THAT(judgeSchema(known(), presentWith(near), known().before).remaining,
              ElementsAre("index public.i is missing"));
}

TEST(KnownSchema, TakesWhatIsNewForTheScripts_WhenSomethingThatItMadeIsGone) {
  db::SchemaListing renamed = beforeWith({{"column public.t.a2", "2 integer"}});
  renamed.definitions["table public.made"] = "table";
  const SchemaVerdict verdict = judgeSchema(known(), renamed, beforeWith({{"column public.t.a2", "2 integer"}}));
  EXPECT_THAT(verdict.remaining, ElementsAre("column public.t.a2 is new"));
}

TEST(KnownSchema, TakesEverythingForTheScripts_WhenItWasNotReadAfterIt) {
  const SchemaShares shares = sharesOf({.before = known().before}, presentWith({{"table public.theirs", "table"}}));
  EXPECT_TRUE(shares.made.definitions.contains("table public.theirs"));
  EXPECT_TRUE(shares.untouched.definitions.contains("table public.t"));
}

}  // namespace hotswap::execution
