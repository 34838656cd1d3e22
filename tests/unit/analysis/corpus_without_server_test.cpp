// Every statement of tests/oracle, played through where no server is at hand: from nothing, and after the corpus' own
// schema. What is predicted there is held against a server elsewhere; here nothing may go wrong on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/postgres/inverse/statement_inverse.h"
#include "analysis/postgres/schema_timeline.h"
#include "db/postgres/postgres_script.h"
#include "support/mixed_statements.h"

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

/// The first relation that refers to one that isn't there; empty where there is none.
std::string danglingIn(const KnownSchema& schema) {
  std::string found;
  schema.forEach([&](const Relation& relation) {
    std::vector<ObjectId> ids = relation.parents;
    if (relation.isIndex()) ids.push_back(relation.index.table);
    if (relation.ownerTable != 0) ids.push_back(relation.ownerTable);
    for (const Source& source : relation.sources) ids.push_back(source.relation);
    for (const Constraint& one : relation.constraints) {
      if (one.kind == Constraint::Kind::ForeignKey) ids.push_back(one.referenced);
      if (one.index != 0) ids.push_back(one.index);
    }
    for (const ObjectId id : ids) {
      if (id != 0 && schema.find(id) == nullptr) found = relation.schema + "." + relation.name;
    }
  });
  return found;
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

TEST(CorpusWithoutServer, MixedUpStatementsLeaveOneSchemaBehindTheOther) {
  const test::MixedStatements statements(corpus);
  const KnownSchema schema = schemaOfTheCorpus();
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto choose = [&](std::size_t below) { return random() % below; };
    SchemaTimeline timeline(seed % 3 == 0 ? KnownSchema() : schema);
    for (int i = 0; i < 30; ++i) timeline.advance(statements.next(choose));
    timeline.settle();
    ASSERT_EQ(timeline.before().text(), timeline.after().text());
    ASSERT_EQ(danglingIn(timeline.after()), "");
  }
}

TEST(CorpusWithoutServer, DeepStatementsArePlayedOnADeepStack) {
  std::string deep = "select 1";
  for (int i = 0; i < 2900; ++i) deep += "+1";
  SchemaTimeline timeline(schemaOfTheCorpus());
  timeline.advance("create view deep as " + deep);
  timeline.advance("alter table plain alter column a set default (" + deep.substr(7) + ")");
  timeline.settle();
  EXPECT_EQ(timeline.before().text(), timeline.after().text());
}

TEST(CorpusWithoutServer, WhateverIsOfferedAsAWayBackIsSqlAgain) {
  SchemaTimeline made{KnownSchema()};
  Definitions definitions;
  for (const std::string& sql : statementsOf(corpus / "schema.sql")) {
    made.advance(sql);
    definitions.add(sql, made.before(), made.after());
  }
  made.settle();
  std::size_t reversible = 0;
  const auto check = [&](const std::string& sql, const KnownSchema& start, const Definitions& known) {
    SchemaTimeline timeline(start);
    const Effects effects = timeline.advance(sql);
    const Inverse inverse = inverseOf(*timeline.statement(), timeline.before(), timeline.after(), effects, known);
    for (const std::string& back : inverse.statements) {
      EXPECT_FALSE(db::postgres::PostgresScript().parse(back).error) << sql << " => " << back;
    }
    return inverse.reversible() ? 1U : 0U;
  };
  for (const auto& file : families()) {
    for (const std::string& sql : statementsOf(file)) {
      check(sql, KnownSchema(), Definitions());
      reversible += check(sql, made.after(), definitions);
    }
  }
  EXPECT_GT(reversible, 500U) << "most of them are, by what the schema's script alone tells";
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
