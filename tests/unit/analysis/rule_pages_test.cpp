// The pages of the rules are their tests: every bad example is found by its rule, no good one is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "analysis/dialect.h"
#include "analysis/postgres/postgres_judge.h"
#include "analysis/postgres/schema_timeline.h"
#include "db/postgres/postgres_script.h"

namespace hotswap::analysis {
namespace {

namespace fs = std::filesystem;

const fs::path pages = fs::path(HOTSWAP_SOURCE_DIR) / "docs" / "rules";

struct Example {
  /// `bad`, `good`, or what was there before them: `schema` by scripts that ran earlier, `database` as a server tells
  /// it, where nothing is but what the page says.
  std::string kind;
  std::string sql;
  int line = 0;
};

/// The blocks of a page that begin with ```sql KIND.
std::vector<Example> examplesOf(const fs::path& page) {
  std::vector<Example> examples;
  std::ifstream file(page);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (!inside && line.starts_with("```sql ")) {
      examples.push_back({.kind = line.substr(7), .sql = {}, .line = number});
      inside = true;
    } else if (line.starts_with("```")) {
      inside = false;
    } else if (inside) {
      examples.back().sql += line + "\n";
    }
  }
  return examples;
}

/// What comments of a `database` say of it: `-- on PostgreSQL 14.2`, `-- orders has 5000000 rows`, `-- orders_id_seq
/// stands at 2000000000`.
void describe(const std::string& sql, postgres::KnownSchema& schema) {
  std::istringstream lines(sql);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string dash, subject, verb;
    words >> dash >> subject >> verb;
    if (dash != "--") continue;
    if (subject == "on" && verb == "PostgreSQL") {
      int major = 0, minor = 0;
      char point = '.';
      words >> major >> point >> minor;
      ASSERT_GT(major, 0) << line;
      schema.serverVersion = major * 10'000 + minor;
      continue;
    }
    const postgres::Relation* found = schema.lookUp("", subject);
    ASSERT_NE(found, nullptr) << line;
    postgres::Relation relation = *found;
    if (verb == "has") {
      ASSERT_TRUE(words >> relation.rows) << line;
    } else {
      ASSERT_TRUE(words >> dash >> relation.lastValue) << line;
    }
    schema.put(std::move(relation));
  }
}

/// A judge that has seen what was there before.
std::unique_ptr<Judge> judgeAfter(const Example& before) {
  const db::ParsedScript script = db::postgres::PostgresScript().parse(before.sql);
  EXPECT_FALSE(script.error) << script.error->message << "\n" << before.sql;
  if (before.kind != "database") {
    std::unique_ptr<Judge> judge = dialectOf(DatabaseType::PostgreSQL)->judge({});
    judge->judge(script.statements);
    return judge;
  }
  postgres::SchemaTimeline timeline{postgres::KnownSchema()};
  for (const auto& statement : script.statements) timeline.advance(statement.sql);
  timeline.settle();
  postgres::KnownSchema schema = timeline.after();
  schema.complete = true;
  schema.schemas["public"] = false;
  describe(before.sql, schema);
  return postgres::judgeFrom(schema, {});
}

/// How often the rule finds something in a script that comes after `before`.
std::size_t found(const std::string& rule, const Example& before, const std::string& sql) {
  const std::unique_ptr<Judge> judge = judgeAfter(before);
  const db::ParsedScript script = db::postgres::PostgresScript().parse(sql);
  EXPECT_FALSE(script.error) << script.error->message << "\n" << sql;
  std::size_t count = 0;
  for (const Judgement& one : judge->judge(script.statements)) {
    for (const Finding& finding : one.findings) {
      if (finding.rule != rule) continue;
      ++count;
      EXPECT_FALSE(finding.message.empty());
      EXPECT_FALSE(finding.recommendation.empty()) << rule << " says nothing of what to do";
      EXPECT_TRUE(finding.message.ends_with('.') && finding.recommendation.ends_with('.')) << finding.message;
    }
  }
  return count;
}

std::vector<RuleInfo> rules() { return dialectOf(DatabaseType::PostgreSQL)->rules(); }

class RulePage : public testing::TestWithParam<std::string> {};

TEST_P(RulePage, ShowsWhatItsRuleFinds_AndWhatItLeavesAlone) {
  const std::string& rule = GetParam();
  const fs::path page = pages / (rule + ".md");
  ASSERT_TRUE(fs::exists(page)) << "the rule has no page " << page;
  Example before;
  std::map<std::string, int> kinds;
  for (const Example& example : examplesOf(page)) {
    ++kinds[example.kind];
    const auto place = page.filename().string() + ":" + std::to_string(example.line);
    if (example.kind == "schema" || example.kind == "database") {
      before = example;
    } else if (example.kind == "bad") {
      EXPECT_GE(found(rule, before, example.sql), 1U) << place;
    } else {
      EXPECT_EQ(example.kind, "good") << place;
      EXPECT_EQ(found(rule, before, example.sql), 0U) << place;
    }
  }
  EXPECT_GE(kinds["bad"], 1) << page;
  EXPECT_GE(kinds["good"], 1) << page;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const RuleInfo& rule : rules()) all.emplace_back(rule.id);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Postgres, RulePage, testing::ValuesIn(names()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(Rules, HaveDistinctNames_InOneForm) {
  std::set<std::string_view> seen;
  for (const RuleInfo& rule : allRules()) {
    EXPECT_TRUE(seen.insert(rule.id).second) << rule.id << " stands twice";
    EXPECT_EQ(rule.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos) << rule.id;
    EXPECT_FALSE(rule.title.empty() || rule.title.ends_with('.')) << rule.id;
    EXPECT_EQ(ruleCalled(rule.id), &*std::ranges::find(allRules(), rule.id, &RuleInfo::id));
  }
}

TEST(Rules, AreAllThatHavePages) {
  std::set<std::string> known;
  for (const RuleInfo& rule : rules()) known.emplace(rule.id);
  for (const auto& entry : fs::directory_iterator(pages)) {
    const std::string name = entry.path().stem().string();
    EXPECT_TRUE(name == "README" || known.contains(name)) << entry.path() << " is the page of no rule";
  }
}

/// docs/rules/README.md, made from the rules themselves.
std::string overview() {
  std::ostringstream text;
  text
      << "# What does HotSwap look for?\n\n"
         "Each of these rules judges what a statement does: which locks it takes on which tables, what it rewrites, "
         "reads and loses, as the\n"
         "parse tree and the schema tell. A table that the same script has made is nobody's yet and is left alone, but "
         "for what its columns and\n"
         "names will mean later. Errors fail when the script is run, warnings are dangers, and the rest is advice.\n\n"
         "A comment silences a rule for one statement, for a reason and, if you like, up to a day:\n"
         "`-- hotswap: allow drop-column reason=\"nobody reads it since March\" until=2030-12-31`. Facts can't be "
         "silenced: what they find fails\n"
         "when the script is run.\n\n"
         "## PostgreSQL\n\n| rule | severity | finds that |\n|---|---|---|\n";
  std::vector<RuleInfo> own = rules();
  std::ranges::sort(own, {}, &RuleInfo::id);
  for (const RuleInfo& rule : own) {
    text << "| [" << rule.id << "](" << rule.id << ".md) | " << toText(rule.severity) << " | " << rule.title << " |\n";
  }
  text << "\n## Every engine\n\n| rule | severity | finds that |\n|---|---|---|\n";
  for (const RuleInfo& rule : allRules()) {
    if (std::ranges::find(own, rule.id, &RuleInfo::id) != own.end()) continue;
    text << "| " << rule.id << (rule.isFact ? " (fact)" : "") << " | " << toText(rule.severity) << " | " << rule.title
         << " |\n";
  }
  return text.str();
}

TEST(Rules, AreListedInTheirOverview) {
  const fs::path page = pages / "README.md";
  if (std::getenv("HOTSWAP_UPDATE_DOCS") != nullptr) std::ofstream(page) << overview();
  std::ifstream file(page);
  std::ostringstream present;
  present << file.rdbuf();
  EXPECT_EQ(present.str(), overview()) << "run HOTSWAP_UPDATE_DOCS=1 build/release/unit_analysis";
}

}  // namespace
}  // namespace hotswap::analysis
