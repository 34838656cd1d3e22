#include "versioned/sections.h"

#include <gtest/gtest.h>

namespace hotswap::versioned {
namespace {

TEST(Sections, AreTakenApartAtTheirMarkers) {
  const Sections sections =
      parseSections("-- about it\n\n-- migrate:up\ncreate table a ();\n\n--migrate:down\ndrop table a;");
  ASSERT_TRUE(sections.faults.empty());
  EXPECT_EQ(sections.up->sql, "create table a ();\n\n");
  EXPECT_EQ(sections.up->line, 4);
  EXPECT_EQ(sections.down->sql, "drop table a;");
  EXPECT_EQ(sections.down->line, 7);
}

TEST(Sections, TakeOptionsFromTheHeadAndFromTheirMarkers) {
  const Sections sections = parseSections(
      "-- hotswap: lock_timeout=2s\n-- migrate:up transaction:false\n-- hotswap: statement_timeout=10min online=true\n"
      "select 1;\n-- migrate:down\nselect 2;\n");
  ASSERT_TRUE(sections.faults.empty()) << sections.faults.front().message;
  EXPECT_FALSE(sections.up->options.transaction);
  EXPECT_TRUE(sections.up->options.online);
  EXPECT_EQ(sections.up->options.lockTimeout, Milliseconds(2000));
  EXPECT_EQ(sections.up->options.statementTimeout, Milliseconds(600'000));
  EXPECT_TRUE(sections.down->options.transaction);
  EXPECT_FALSE(sections.down->options.statementTimeout);
  EXPECT_EQ(sections.down->options.lockTimeout, Milliseconds(2000));
}

struct Broken {
  const char* text;
  int line;
  const char* message;
};
class BrokenSections : public testing::TestWithParam<Broken> {};

TEST_P(BrokenSections, AreSaidWithTheirLine) {
  const Sections sections = parseSections(GetParam().text);
  ASSERT_FALSE(sections.faults.empty());
  EXPECT_EQ(sections.faults.front().line, GetParam().line);
  EXPECT_NE(sections.faults.front().message.find(GetParam().message), std::string::npos)
      << sections.faults.front().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenSections,
    testing::Values(Broken{"select 1;\n", 1, "before `-- migrate:up`"},
                    Broken{"-- only a comment\n", 0, "no line `-- migrate:up`"},
                    Broken{"-- migrate:up\nselect 1;\n-- migrate:up\nselect 2;\n", 3, "second `-- migrate:up`"},
                    Broken{"-- migrate:upp\nselect 1;\n", 1, "is no marker"},
                    Broken{"-- migrate:up transaction:maybe\nselect 1;\n", 1, "true or false"},
                    Broken{"-- migrate:up\n-- hotswap: lock_timeout=soon\nselect 1;\n", 2, "duration"},
                    Broken{"-- migrate:up\n-- hotswap: speed=9\nselect 1;\n", 2, "no option `speed`"},
                    Broken{"-- migrate:up\n-- hotswap: fast\nselect 1;\n", 2, "no option"},
                    Broken{"-- migrate:down\nselect 1;\n", 0, "no line `-- migrate:up`"}));

TEST(WholeFile, TakesOptionsFromItsHead_WhateverCommentsStandBefore) {
  const WholeFile file = parseWhole("/* a licence\n   of two lines */\n\n-- hotswap: transaction=false\nselect 1;\n");
  EXPECT_TRUE(file.faults.empty());
  EXPECT_FALSE(file.part.options.transaction);
}

TEST(WholeFile, RefusesOptionsFurtherDown) {
  const WholeFile file = parseWhole("-- hotswap: online=true\nselect 1;\n-- hotswap: lock_timeout=1s\nselect 2;\n");
  ASSERT_EQ(file.faults.size(), 1U);
  EXPECT_EQ(file.faults[0].line, 3);
  EXPECT_FALSE(file.part.options.lockTimeout);
}

TEST(WholeFile, LeavesCommentsThatSpeakOfStatementsWhereTheyStand) {
  const WholeFile file =
      parseWhole("create table a (x int);\n-- hotswap: commit\n-- hotswap: batches key=x\nupdate a set x = 1;\n");
  EXPECT_TRUE(file.faults.empty());
}

TEST(Durations, AreReadWithTheirUnits) {
  EXPECT_EQ(parseDuration("500ms"), Milliseconds(500));
  EXPECT_EQ(parseDuration("250"), Milliseconds(250));
  EXPECT_EQ(parseDuration("1.5min"), Milliseconds(90'000));
  EXPECT_EQ(parseDuration("1h"), Milliseconds(3'600'000));
  EXPECT_EQ(parseDuration("0"), Milliseconds(0));
  for (const char* text : {"", "s", "-1s", "1 s", "25h", "nan", "inf", "1e99h", "2sec"}) {
    EXPECT_FALSE(parseDuration(text)) << text;
  }
}

TEST(Blank, IsWhatHoldsNoStatement) {
  for (const char* sql : {"", " \n\t", "-- a comment", "/* one\n two */ ;;", "--\n--\n;"}) EXPECT_TRUE(isBlank(sql));
  for (const char* sql : {"select", "-- a\nselect", "/* a */ select", "'-- a'"}) EXPECT_FALSE(isBlank(sql));
}

}  // namespace
}  // namespace hotswap::versioned
