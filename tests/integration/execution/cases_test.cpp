// Goes through tests/cases: each folder is a database (before.sql), a script (migration.sql), where there is one its
// way back (rollback.sql), and what must come of it (expect.json). tests/cases/README.md says what can be expected.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fixture.h"

namespace hotswap::execution {

namespace {

std::filesystem::path casesFolder() { return std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "cases"; }

std::vector<std::string> caseNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(casesFolder())) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string contents(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class Cases : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::filesystem::path folder = casesFolder() / GetParam();
    migration = contents(folder / "migration.sql");
    if (std::filesystem::exists(folder / "rollback.sql")) rollback = contents(folder / "rollback.sql");
    expected = nlohmann::json::parse(contents(folder / "expect.json"));
    support::sharedCluster().psql(contents(folder / "before.sql"), stage.database);
    before = stage.listing();
  }

  void apply() {
    try {
      rows = stage.run(migration).rowsAffected;
      end = "applied";
    } catch (const StatementFailed& error) {
      end = "failed";
      failed.emplace(error);
      message = error.what();
    } catch (const Error& error) {
      end = error.code() == ErrorCode::ValidationError ? "refused" : "error";
      message = error.what();
    }
  }

  void expectFailureAsExpected() const {
    const std::string sqlState = expected.at("sqlState");
    EXPECT_TRUE(sqlState == "*" || failed->failure().sqlState == sqlState) << message;
    EXPECT_EQ(failed->statement() + 1, expected.at("statement")) << message;
    EXPECT_EQ(failed->position().line, expected.value("line", failed->position().line)) << message;
    EXPECT_EQ(failed->position().column, expected.value("column", failed->position().column)) << message;
    EXPECT_TRUE(failed->recovery().outcomeKnown);
    EXPECT_EQ(failed->recovery().changedAnything, stage.journal.unitsDone() > 0);
  }

  void expectUndone() {
    const WayBackResult back = stage.undo(migration, rollback, before);
    if (expected.value("undo", "verified") == "refused") {
      EXPECT_NE(back.error, "");
    } else {
      EXPECT_EQ(back.error, "");
      EXPECT_TRUE(back.verified) << testing::PrintToString(back.remaining);
    }
    const bool asBefore = stage.listing().fingerprint() == before.fingerprint();
    EXPECT_EQ(asBefore, expected.value("schemaAsBefore", true))
        << testing::PrintToString(db::differences(before, stage.listing()));
  }

  Stage stage;
  std::string migration;
  std::optional<std::string> rollback;
  nlohmann::json expected;
  db::SchemaListing before;
  std::string end;
  std::string message;
  std::optional<StatementFailed> failed;
  std::int64_t rows = 0;
};

TEST_P(Cases, EndsAsExpected) {
  apply();
  ASSERT_EQ(end, expected.at("end")) << message << "\n" << stage.journal.text();
  if (end == "failed") expectFailureAsExpected();
  if (end == "refused") {
    EXPECT_TRUE(message.starts_with("line " + std::to_string(expected.at("line").get<int>()) + ", column " +
                                    std::to_string(expected.at("column").get<int>()) + ": "))
        << message;
  }
  if (end == "applied") {
    EXPECT_EQ(rows, expected.at("rowsAffected")) << stage.journal.text();
  }

  const bool holdsAfterwards = end == "applied";
  const auto expectHeld = [&] {
    for (const auto& query : expected.value("holds", nlohmann::json::array())) {
      EXPECT_EQ(stage.value(query), "t") << query << "\n" << stage.journal.text();
    }
  };
  if (holdsAfterwards) expectHeld();
  if (end != "applied" || rollback) expectUndone();
  if (!holdsAfterwards) expectHeld();
  EXPECT_EQ(stage.invalidIndexes(),
            expected.value("invalidIndexes", holdsAfterwards && !rollback ? stage.invalidIndexes() : 0));
  EXPECT_EQ(stage.ownSessions(), 0) << "a session of the run is still there";
}

INSTANTIATE_TEST_SUITE_P(All, Cases, testing::ValuesIn(caseNames()),
                         [](const testing::TestParamInfo<std::string>& one) { return one.param; });

}  // namespace

TEST(CasesFolder, HoldsTheBrokenScriptsThatArePromised) {
  std::size_t broken = 0;
  std::size_t whole = 0;
  for (const std::string& name : caseNames()) {
    const auto expected = nlohmann::json::parse(contents(casesFolder() / name / "expect.json"));
    (expected.at("end") == "applied" ? whole : broken) += 1;
  }
  EXPECT_GE(broken, 45U);
  EXPECT_GE(whole, 10U);
}

}  // namespace hotswap::execution
