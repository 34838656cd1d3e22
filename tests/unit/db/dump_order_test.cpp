// The order of a script: by place, but nothing before what it needs.
#include "db/postgres/dump/dump_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hotswap::db::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

DumpEntry entry(std::int64_t number, int stage, const std::string& name, std::set<ObjectId> needs = {}) {
  return {.id = {1, number},
          .place = {.stage = stage, .group = name, .inGroup = "0"},
          .sql = name,
          .needs = std::move(needs)};
}

ObjectId id(std::int64_t number) { return {1, number}; }

std::vector<std::string> namesOf(std::vector<DumpEntry> entries) {
  std::vector<std::string> names;
  for (const DumpEntry& one : ordered(std::move(entries))) names.push_back(one.sql);
  return names;
}

TEST(DumpOrder, WhatNeedsNothing_StandsByStageThenByName) {
  EXPECT_THAT(namesOf({entry(1, 2, "a"), entry(2, 1, "z"), entry(3, 1, "b")}), ElementsAre("b", "z", "a"));
}

TEST(DumpOrder, WhatNeedsSomething_StandsBehindIt_AndComesAsSoonAsItCan) {
  EXPECT_THAT(namesOf({entry(1, 1, "function", {id(3)}), entry(2, 2, "table a"), entry(3, 2, "table b"),
                       entry(4, 2, "table c")}),
              ElementsAre("table a", "table b", "function", "table c"));
}

TEST(DumpOrder, ANeedThatIsNoEntry_CountsForNothing) {
  EXPECT_THAT(namesOf({entry(1, 1, "a", {id(77), id(1)})}), ElementsAre("a"));
}

TEST(DumpOrder, IsTheSame_WhateverTheNumbersAndTheOrderOfTheEntries) {
  std::mt19937 random(7);
  std::vector<std::string> expected;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::int64_t> numbers{1, 2, 3, 4, 5, 6};
    std::ranges::shuffle(numbers, random);
    std::vector<DumpEntry> entries{entry(numbers[0], 2, "a", {id(numbers[5])}),
                                   entry(numbers[1], 1, "b", {id(numbers[0])}),
                                   entry(numbers[2], 2, "c"),
                                   entry(numbers[3], 2, "d", {id(numbers[2])}),
                                   entry(numbers[4], 3, "e"),
                                   entry(numbers[5], 2, "f")};
    std::ranges::shuffle(entries, random);
    const std::vector<std::string> names = namesOf(entries);
    if (expected.empty()) expected = names;
    EXPECT_EQ(names, expected);
  }
  EXPECT_THAT(expected, ElementsAre("c", "d", "f", "a", "b", "e"));
}

TEST(DumpOrder, ACircleThatIsLeft_BeginsWithItsFirst_AndLosesNothing) {
  EXPECT_THAT(namesOf({entry(1, 1, "b", {id(2)}), entry(2, 1, "a", {id(1)}), entry(3, 2, "c", {id(1)})}),
              ElementsAre("a", "b", "c"));
}

TEST(Circles, AChainHasNone) {
  EXPECT_THAT(circles({{id(1), {id(2)}}, {id(2), {id(3)}}}), IsEmpty());
  EXPECT_THAT(circles({{id(1), {id(1)}}}), IsEmpty());
}

TEST(Circles, WhatNeedEachOther_AreOneGroup_AndOthersAnother) {
  const auto groups = circles({{id(1), {id(2)}},
                               {id(2), {id(1), id(3)}},
                               {id(3), {id(4)}},
                               {id(4), {id(5)}},
                               {id(5), {id(3)}},
                               {id(6), {id(1)}}});
  EXPECT_THAT(groups, UnorderedElementsAre(Pair(id(1), groups.at(id(2))), Pair(id(2), groups.at(id(1))),
                                           Pair(id(3), groups.at(id(4))), Pair(id(4), groups.at(id(5))),
                                           Pair(id(5), groups.at(id(3)))));
  EXPECT_NE(groups.at(id(1)), groups.at(id(3)));
}

TEST(Circles, AVeryLongChain_DoesNotEndTheProcess) {
  Needs needs;
  constexpr std::int64_t links = 200'000;
  for (std::int64_t link = 0; link < links; ++link) needs[id(link)].insert(id(link + 1));
  EXPECT_THAT(circles(needs), IsEmpty());
  needs[id(links)].insert(id(0));
  EXPECT_EQ(circles(needs).size(), static_cast<std::size_t>(links) + 1);
}

}  // namespace
}  // namespace hotswap::db::postgres
