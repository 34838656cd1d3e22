#include "cli/terminal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "cli/table.h"
#include "support/manual_clock.h"

namespace hotswap::cli {
namespace {

struct TerminalTest : testing::Test {
  Shell shell(std::map<std::string, std::string> variables) {
    return {.in = in, .out = out, .err = out, .clock = clock, .variables = std::move(variables)};
  }
  std::istringstream in;
  std::ostringstream out;
  support::ManualClock clock;
};

TEST_F(TerminalTest, ColoursOnATerminal) { EXPECT_EQ(paintFor(shell({}), true)(Tone::Bad, "x"), "\x1b[31mx\x1b[0m"); }
TEST_F(TerminalTest, DoesNotColour_WhenTheOutputIsNoTerminal) {
  EXPECT_EQ(paintFor(shell({}), false)(Tone::Bad, "x"), "x");
}
TEST_F(TerminalTest, DoesNotColour_WhenNoColorIsSet) {
  EXPECT_EQ(paintFor(shell({{"NO_COLOR", "1"}}), true)(Tone::Bad, "x"), "x");
}
TEST_F(TerminalTest, Colours_WhenNoColorIsEmpty) {
  EXPECT_NE(paintFor(shell({{"NO_COLOR", ""}}), true)(Tone::Bad, "x"), "x");
}
TEST_F(TerminalTest, DoesNotColour_OnADumbTerminal) {
  EXPECT_EQ(paintFor(shell({{"TERM", "dumb"}}), true)(Tone::Bad, "x"), "x");
}

TEST(Text, CountsColumns) {
  EXPECT_EQ(displayWidth("abc"), 3U);
  EXPECT_EQ(displayWidth("käse"), 4U);
  EXPECT_EQ(displayWidth("数据库"), 6U);
  EXPECT_EQ(displayWidth("e\xCC\x81"), 1U);
  EXPECT_EQ(displayWidth("🚀"), 2U);
  EXPECT_EQ(displayWidth("\xFF\xFE"), 2U);
}

TEST(Text, NeverLetsControlCharactersThrough) {
  EXPECT_EQ(printable("a\x1b[31mb\x07"), "a\\x1B[31mb\\x07");
  EXPECT_EQ(printable("\xC2\x9B"), "\\x9B");
  EXPECT_EQ(printable("a\nb\tc"), "a b c");
  EXPECT_EQ(printable("a\r\nb\rc"), "a b c");
  EXPECT_EQ(printable("a\nb", true), "a\nb");
  EXPECT_EQ(printable("\xFFz"), "\xEF\xBF\xBDz");
  EXPECT_EQ(printable("\xE2\x80\xAE"), "\\x202E");
}

TEST(Text, CutsAtColumnsAndNeverInsideACharacter) {
  EXPECT_EQ(clipped("abcdef", 4), "abc…");
  EXPECT_EQ(clipped("abcd", 4), "abcd");
  EXPECT_EQ(clipped("数据库数", 6), "数据…");
  EXPECT_EQ(clipped("abc", 0), "");
}

TEST(Text, DrawsBarsWithinBounds) {
  EXPECT_EQ(bar(0.5, 4), "██░░");
  EXPECT_EQ(bar(-1, 2), "░░");
  EXPECT_EQ(bar(7, 2), "██");
  EXPECT_EQ(bar(std::numeric_limits<double>::quiet_NaN(), 2), "░░");
}

Table sample() {
  Table table({{.title = "NAME", .mayBeCut = true}, {.title = "N", .isNumber = true}, {.title = "STATE"}});
  table.addRow({{"orders"}, {"7"}, {"ok", Tone::Good}});
  table.addRow({{"数据库"}, {"1200"}});
  return table;
}

TEST(TableTest, AlignsColumns_AlsoWithWideCharacters) {
  EXPECT_EQ(sample().text(std::nullopt, Paint(false)),
            "NAME       N  STATE\n"
            "orders     7  ok\n"
            "数据库  1200\n");
}

TEST(TableTest, ColoursCellsWithoutMovingColumns) {
  EXPECT_NE(sample().text(std::nullopt, Paint(true)).find("     7  \x1b[32mok\x1b[0m\n"), std::string::npos);
}

TEST(TableTest, CutsOnlyColumnsThatMayBeCut) {
  Table table({{.title = "NAME", .mayBeCut = true}, {.title = "ID"}});
  table.addRow({{"a name that is long"}, {"mig-0123456789"}});
  EXPECT_EQ(table.text(26, Paint(false)), "NAME        ID\na name th…  mig-0123456789\n");
}

TEST(TableTest, IsNotCut_WhenThereIsNoTerminal) {
  Table table({{.title = "NAME", .mayBeCut = true}});
  table.addRow({{std::string(500, 'x')}});
  EXPECT_EQ(table.text(std::nullopt, Paint(false)), "NAME\n" + std::string(500, 'x') + "\n");
}

TEST(TableTest, KeepsALineBreakInsideACellFromBreakingTheTable) {
  Table table({{.title = "NAME"}});
  table.addRow({{"a\nb"}});
  EXPECT_EQ(table.text(std::nullopt, Paint(false)), "NAME\na b\n");
}

TEST(TableTest, GivesUpCutting_WhenTheTerminalIsTooNarrow) {
  EXPECT_EQ(sample().text(1, Paint(false)), sample().text(std::nullopt, Paint(false)));
}

}  // namespace
}  // namespace hotswap::cli
