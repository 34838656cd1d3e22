#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace hotswap {
namespace {

TEST(PositionOf, CountsLinesAndCharactersFromOne) {
  const std::string_view text = "select 1;\n  select é€😀x;\r\nend";
  EXPECT_EQ(positionOf(text, 0), (Position{1, 1}));
  EXPECT_EQ(positionOf(text, 7), (Position{1, 8}));
  EXPECT_EQ(positionOf(text, text.find('\n')), (Position{1, 10}));
  EXPECT_EQ(positionOf(text, text.find('\n') + 1), (Position{2, 1}));
  EXPECT_EQ(positionOf(text, text.find("é")), (Position{2, 10}));
  EXPECT_EQ(positionOf(text, text.find('x')), (Position{2, 13}));
  EXPECT_EQ(positionOf(text, text.find("end")), (Position{3, 1}));
}

TEST(PositionOf, GivesTheEnd_WhenTheOffsetLiesBehindIt) {
  EXPECT_EQ(positionOf("ab\nc", 4), (Position{2, 2}));
  EXPECT_EQ(positionOf("ab\nc", std::string::npos), (Position{2, 2}));
  EXPECT_EQ(positionOf("", 5), (Position{1, 1}));
}

TEST(ByteOffsetOf, FindsTheStartOfACharacter) {
  const std::string_view text = "aé€😀z";
  EXPECT_EQ(byteOffsetOf(text, 0), 0U);
  EXPECT_EQ(byteOffsetOf(text, 1), 1U);
  EXPECT_EQ(byteOffsetOf(text, 2), 3U);
  EXPECT_EQ(byteOffsetOf(text, 3), 6U);
  EXPECT_EQ(byteOffsetOf(text, 4), 10U);
  EXPECT_EQ(byteOffsetOf(text, 5), text.size());
  EXPECT_EQ(byteOffsetOf(text, 500), text.size());
  EXPECT_EQ(byteOffsetOf("", 0), 0U);
}

TEST(ByteOffsetOf, IsTheInverseOfTheColumn) {
  const std::string_view text = "größe € 😀 ende";
  for (std::size_t character = 0; character < 14; ++character) {
    EXPECT_EQ(positionOf(text, byteOffsetOf(text, character)).column, static_cast<int>(character) + 1);
  }
}

TEST(IsUtf8, TakesWellFormedTextUpToTheEdgesOfEachLength) {
  for (const std::string_view text :
       {"", "plain\t\r\n", "\x01\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "größe 😀"}) {
    EXPECT_TRUE(isUtf8(text)) << text;
  }
}

TEST(IsUtf8, RefusesOverlongFormsSurrogatesCutsAndNul) {
  for (const std::string_view text : {"\x80", "a\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF",
                                      "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98",
                                      "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "ok\xE2\x28\xA1"}) {
    EXPECT_FALSE(isUtf8(text));
  }
  EXPECT_FALSE(isUtf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(isUtf8(std::string(10 * 1024 * 1024, 'x') + '\0'));
}

TEST(Trim, RemovesWhiteSpaceAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n\v\f a b \n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\xC2\xA0"), "\xC2\xA0");
}

TEST(ToLower, ChangesAsciiLettersAndNothingElse) {
  EXPECT_EQ(toLower("AZaz[@09_ÄÖ"), "azaz[@09_ÄÖ");
  EXPECT_EQ(toLower(""), "");
}

TEST(OneLine, FoldsWhiteSpaceAndControlCharacters) {
  EXPECT_EQ(oneLine("  select\n\t 1 ;\r\n", 100), "select 1 ;");
  EXPECT_EQ(oneLine("\x1B[2Jred\x07", 100), "[2Jred");
  EXPECT_EQ(oneLine("a\x1B"
                    "b\x7F"
                    "c",
                    100),
            "a b c");
  EXPECT_EQ(oneLine(std::string_view("a\0b", 3), 100), "a b");
  EXPECT_EQ(oneLine(" \n\x1B ", 100), "");
}

TEST(OneLine, CutsAfterWholeCharacters) {
  EXPECT_EQ(oneLine("äöüß", 4), "äöüß");
  EXPECT_EQ(oneLine("äöüß", 3), "äöü…");
  EXPECT_EQ(oneLine("ab cd", 3), "ab…");
  EXPECT_EQ(oneLine("ab cd", 4), "ab c…");
  EXPECT_EQ(oneLine("abc   ", 3), "abc");
  EXPECT_EQ(oneLine("a", 0), "…");
  EXPECT_EQ(oneLine("", 0), "");
}

TEST(FirstBadByte, IsWhereTheTextStopsToBeUtf8) {
  using namespace std::string_view_literals;
  EXPECT_EQ(firstBadByte(""), std::string_view::npos);
  EXPECT_EQ(firstBadByte("a\nü€😀\n"), std::string_view::npos);
  EXPECT_EQ(firstBadByte("a\nü\xFF"), 4U);
  EXPECT_EQ(firstBadByte("ab\0c"sv), 2U);
  EXPECT_EQ(firstBadByte("line\n\xE2\x82\nnext"), 5U);  // a character that its line cuts
  EXPECT_EQ(firstBadByte("cut \xF0\x9F\x98"), 4U);
  EXPECT_EQ(firstBadByte("\xC0\xAF"), 0U);
}

}  // namespace
}  // namespace hotswap
