// What taking over other tools' histories decides without a database: names of tables, moments, which tools there are.
#include "versioned/adopt/foreign_history.h"

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "versioned/adopt/foreign_rows.h"

namespace hotswap::versioned {
namespace {

std::string readMoment(std::string_view text) {
  const auto moment = momentOf(text);
  return moment ? toRfc3339(*moment) : "none";
}

TEST(ForeignHistory, IsThereForEachTool) {
  for (const auto& [tool, text] : EnumTexts<ForeignTool>::entries) {
    const ForeignHistory& foreign = foreignHistory(tool);
    EXPECT_EQ(foreign.tool(), tool) << text;
    EXPECT_FALSE(foreign.usualTables().empty()) << text;
  }
  EXPECT_EQ(foreignHistories().size(), EnumTexts<ForeignTool>::entries.size());
}

TEST(ForeignHistory, TellsDbmateAndGolangMigrateApart_ByTheirColumns) {
  const std::vector<std::string> dbmate{"version"};
  const std::vector<std::string> golangMigrate{"version", "dirty"};
  const std::vector<std::string> ecto{"version", "inserted_at"};
  EXPECT_TRUE(foreignHistory(ForeignTool::Dbmate).fits(dbmate));
  EXPECT_FALSE(foreignHistory(ForeignTool::Dbmate).fits(golangMigrate));
  EXPECT_TRUE(foreignHistory(ForeignTool::GolangMigrate).fits(golangMigrate));
  EXPECT_FALSE(foreignHistory(ForeignTool::GolangMigrate).fits(dbmate));
  for (const auto& foreign : foreignHistories()) EXPECT_FALSE(foreign->fits(ecto)) << foreign->name();
}

TEST(ForeignTable, IsANameWithOrWithoutASchema) {
  EXPECT_EQ(ForeignTable::parse("Versions").quoted(), "\"Versions\"");
  EXPECT_EQ(ForeignTable::parse("my tools.Versions").quoted(), "\"my tools\".\"Versions\"");
  EXPECT_EQ(ForeignTable::parse("tools.versions").text(), "tools.versions");
}

TEST(ForeignMoment, IsReadAsDatabasesPrintIt) {
  EXPECT_EQ(readMoment("2026-01-31 12:00:00"), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(readMoment("2026-01-31 12:00:00.123456"), "2026-01-31T12:00:00.123Z");
  EXPECT_EQ(readMoment("2026-01-31 12:00:00.5+00"), "2026-01-31T12:00:00.500Z");
  EXPECT_EQ(readMoment("2026-01-31 12:00:00-03"), "2026-01-31T15:00:00.000Z");
  EXPECT_EQ(readMoment("2026-01-31 12:00:00+05:30"), "2026-01-31T06:30:00.000Z");
  EXPECT_EQ(readMoment("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00.000Z");
}

TEST(ForeignMoment, IsNone_WhereTheTextIsAnother) {
  for (const char* text : {"", "yesterday", "2026-01-31", "31.01.2026 12:00:00", "1769860800000", "infinity"}) {
    EXPECT_EQ(readMoment(text), "none") << text;
  }
}

}  // namespace
}  // namespace hotswap::versioned
