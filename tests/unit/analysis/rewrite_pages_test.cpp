// The pages of the rewrites are their tests: what stands there as the safe form of a statement is what is written for
// it. With HOTSWAP_UPDATE_DOCS set, the safe forms are written into the pages instead.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "analysis/dialect.h"
#include "analysis/postgres/rewrites/rewrites.h"
#include "analysis/safer_script.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis {
namespace {

namespace fs = std::filesystem;

const fs::path pages = fs::path(HOTSWAP_SOURCE_DIR) / "docs" / "rewrites";
constexpr std::chrono::sys_days today = std::chrono::year(2030) / 1 / 31;

/// A piece of a page: a block that begins with ```sql KIND, or what stands between two of those.
struct Piece {
  std::string kind;  ///< `schema`, `plain`, `safe`, `kept`; empty for text
  std::string text;
};

std::vector<Piece> piecesOf(const fs::path& page) {
  std::vector<Piece> pieces(1);
  std::ifstream file(page);
  for (std::string line; std::getline(file, line);) {
    const bool inside = !pieces.back().kind.empty();
    if (!inside && line.starts_with("```sql ")) {
      pieces.push_back({.kind = line.substr(7), .text = {}});
    } else if (inside && line.starts_with("```")) {
      pieces.emplace_back();
    } else {
      pieces.back().text += line + "\n";
    }
  }
  return pieces;
}

std::vector<Judgement> judged(const std::string& schema, const std::string& sql) {
  const db::postgres::PostgresScript language;
  const std::unique_ptr<Judge> judge = dialectOf(DatabaseType::PostgreSQL)->judge(today);
  const db::ParsedScript before = language.parse(schema);
  EXPECT_FALSE(before.error) << before.error->message << "\n" << schema;
  judge->judge(before.statements);
  const db::ParsedScript script = language.parse(sql);
  EXPECT_FALSE(script.error) << script.error->message << "\n" << sql;
  return judge->judge(script.statements);
}

/// The statement's safe form, empty where it has none.
std::string safeOf(const std::string& schema, const std::string& sql) {
  const std::vector<Judgement> judgements = judged(schema, sql);
  EXPECT_EQ(judgements.size(), 1U) << sql;
  return judgements.front().safer ? textOf(*judgements.front().safer) + ";\n" : "";
}

/// Rules whose findings the safe form answers, and that find something in the safe form itself all the same.
std::vector<std::string> stillFound(const std::string& schema, const std::string& plain, const std::string& safe) {
  std::vector<std::string> found;
  const Judgement before = judged(schema, plain).front();
  for (const Judgement& one : judged(schema, safe)) {
    EXPECT_EQ(one.effects.failure, "") << safe;
    for (const Finding& finding : one.findings) {
      const bool isAllowed = safe.find("allow " + finding.rule + " ") != std::string::npos;
      const bool isBatches = safe.find("-- hotswap: batches") != std::string::npos;
      const auto& answers = before.safer->answers;
      if (!isAllowed && !isBatches && std::ranges::find(answers, finding.rule) != answers.end())
        found.push_back(finding.rule);
    }
  }
  return found;
}

void update(const fs::path& page) {
  std::vector<Piece> pieces = piecesOf(page);
  std::string schema;
  std::string plain;
  std::ofstream file(page);
  for (Piece& piece : pieces) {
    if (piece.kind == "schema") schema = piece.text;
    if (piece.kind == "plain") plain = piece.text;
    if (piece.kind == "safe") piece.text = safeOf(schema, plain);
    file << (piece.kind.empty() ? piece.text : "```sql " + piece.kind + "\n" + piece.text + "```\n");
  }
}

class RewritePage : public testing::TestWithParam<std::string> {};

TEST_P(RewritePage, ShowsWhatIsWrittenForAStatement) {
  const fs::path page = pages / (GetParam() + ".md");
  ASSERT_TRUE(fs::exists(page)) << "the rewrite has no page " << page;
  if (std::getenv("HOTSWAP_UPDATE_DOCS") != nullptr) update(page);
  std::string schema;
  std::string plain;
  int safe = 0;
  for (const Piece& piece : piecesOf(page)) {
    if (piece.kind == "schema") schema = piece.text;
    if (piece.kind == "plain") plain = piece.text;
    if (piece.kind == "kept") {
      EXPECT_EQ(safeOf(schema, piece.text), "") << piece.text;
    }
    if (piece.kind != "safe") continue;
    ++safe;
    ASSERT_FALSE(piece.text.empty()) << plain;
    EXPECT_EQ(piece.text, safeOf(schema, plain)) << "run HOTSWAP_UPDATE_DOCS=1 build/release/unit_analysis";
    EXPECT_EQ(stillFound(schema, plain, piece.text), std::vector<std::string>()) << piece.text;
  }
  EXPECT_GE(safe, 1);
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto* rewrite : postgres::rewrites::all()) all.emplace_back(rewrite->id);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, RewritePage, testing::ValuesIn(names()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Rewrites, AreAllThatHavePages_AndAnswerRulesThatThereAre) {
  std::set<std::string> known;
  for (const auto* rewrite : postgres::rewrites::all()) {
    EXPECT_TRUE(known.emplace(rewrite->id).second) << rewrite->id << " stands twice";
    EXPECT_FALSE(rewrite->rules.empty()) << rewrite->id;
    for (const std::string_view rule : rewrite->rules) EXPECT_NE(ruleCalled(rule), nullptr) << rule;
  }
  for (const auto& entry : fs::directory_iterator(pages)) {
    const std::string name = entry.path().stem().string();
    EXPECT_TRUE(name == "README" || known.contains(name)) << entry.path() << " is the page of no rewrite";
  }
}

}  // namespace
}  // namespace hotswap::analysis
