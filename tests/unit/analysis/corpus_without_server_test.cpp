// Every statement of tests/oracle, played through where no server is at hand: from nothing, and after the corpus' own
// schema. What is predicted there is held against a server elsewhere; here nothing may go wrong on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/postgres/schema_timeline.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis::postgres {
namespace {

const std::filesystem::path corpus = std::filesystem::path(HOTSWAP_SOURCE_DIR) / "tests" / "oracle";

std::vector<std::string> statementsOf(const std::filesystem::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  std::vector<std::string> statements;
  for (const auto& statement : db::postgres::PostgresScript().parse(text.str()).statements)
    statements.push_back(statement.sql);
  return statements;
}

std::vector<std::filesystem::path> families() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    if (entry.path().extension() == ".sql" && entry.path().filename() != "schema.sql") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

KnownSchema schemaOfTheCorpus() {
  SchemaTimeline timeline{KnownSchema()};
  for (const std::string& sql : statementsOf(corpus / "schema.sql")) timeline.advance(sql);
  timeline.settle();
  return timeline.after();
}

TEST(CorpusWithoutServer, ItsSchemaGrowsFromItsScript) {
  const KnownSchema schema = schemaOfTheCorpus();
  const Relation* measures = schema.find("public", "measures");
  ASSERT_NE(measures, nullptr);
  EXPECT_EQ(schema.descendantsOf(measures->id).size(), 3U);
  EXPECT_EQ(schema.indexesOf(measures->id).size(), 2U);
  EXPECT_EQ(schema.foreignKeysTo(schema.find("public", "users")->id).size(), 1U);
  EXPECT_FALSE(measures->own);
}

TEST(CorpusWithoutServer, EachStatementIsPlayedFromNothingAndFromItsSchema) {
  const KnownSchema schema = schemaOfTheCorpus();
  std::size_t played = 0;
  std::size_t locking = 0;
  for (const auto& file : families()) {
    for (const std::string& sql : statementsOf(file)) {
      SchemaTimeline nothing{KnownSchema()};
      SchemaTimeline known(schema);
      nothing.advance(sql);
      locking += known.advance(sql).locks.empty() ? 0U : 1U;
      ASSERT_NE(known.statement(), nullptr) << sql;
      ++played;
    }
  }
  EXPECT_GT(played, 1000U);
  EXPECT_GT(locking, played / 2);
}

TEST(CorpusWithoutServer, AllItsStatementsOneAfterTheOtherLeaveOneSchemaBehindTheOther) {
  SchemaTimeline timeline(schemaOfTheCorpus());
  for (const auto& file : families()) {
    for (const std::string& sql : statementsOf(file)) timeline.advance(sql);
  }
  timeline.settle();
  EXPECT_EQ(timeline.before().text(), timeline.after().text());
}

}  // namespace
}  // namespace hotswap::analysis::postgres
