// Findings that the author of a script has allowed, for a reason and for a time.
#include "analysis/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/finding.h"
#include "db/postgres/postgres_script.h"
#include "db/sqlite/sqlite_script.h"

namespace hotswap::analysis {
namespace {

using std::chrono::sys_days;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr sys_days today{2026y / 11 / 21};

Silencing silencing(const std::string& rule) {
  if (rule == "syntax") return Silencing::Refused;
  return rule == "drop-table" || rule == "drop-column" || rule == "no-way-back" ? Silencing::Allowed
                                                                                : Silencing::UnknownRule;
}

/// The findings `drop-table` on each statement and `no-way-back` on the script, as the suppressions leave them.
std::vector<Finding> judged(const std::string& script, const db::Script& language = db::postgres::PostgresScript()) {
  const db::ParsedScript parsed = language.parse(script);
  EXPECT_FALSE(parsed.error) << script;
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < parsed.statements.size(); ++i) {
    findings.push_back(about(parsed.statements[i], i, "drop-table", Severity::Warning, "it drops a table", ""));
  }
  findings.push_back(overall("no-way-back", Severity::Warning, "no way back", ""));
  allowSuppressed(findings, readSuppressions(language, script, parsed.statements, silencing), today);
  return findings;
}

/// Which statements are allowed, as `+` and `-`, then what was added.
std::string marks(const std::string& script, const db::Script& language = db::postgres::PostgresScript()) {
  std::string text;
  for (const Finding& finding : judged(script, language)) {
    if (finding.rule == "drop-table" || finding.rule == "no-way-back") {
      text += finding.allowed ? '+' : '-';
    } else {
      text += " " + finding.rule + "@" + std::to_string(finding.line);
    }
  }
  return text;
}

TEST(Suppressions, SpeakOfTheStatementThatFollows) {
  EXPECT_EQ(marks("drop table a;\n-- hotswap: allow drop-table reason=\"unused\"\ndrop table b;\ndrop table c;"),
            "-+--");
}

TEST(Suppressions, SpeakOfTheStatementTheyStandIn_OrBehindOnItsLine) {
  EXPECT_EQ(marks("drop table /* hotswap: allow drop-table reason=\"x\" */ a;\ndrop table b;"), "+--");
  EXPECT_EQ(marks("drop table a; -- hotswap: allow drop-table reason=\"x\"\ndrop table b;"), "+--");
  EXPECT_EQ(marks("drop table a;\ndrop table b -- hotswap: allow drop-table reason=\"x\"\n"), "-+-");
}

TEST(Suppressions, SpeakOfTheScriptAsAWhole_WhereverTheyStand) {
  EXPECT_EQ(marks("drop table a;\n\n-- hotswap: allow no-way-back reason=\"old data\"\n"), "-+");
}

TEST(Suppressions, KeepTheirReason_AndTakeSeveralRules) {
  const auto findings = judged(
      "-- hotswap: allow drop-column, drop-table,no-way-back reason=\"= it, is\" until=2026-11-21\ndrop table a");
  EXPECT_EQ(findings.at(0).allowed, "= it, is");
  EXPECT_EQ(findings.at(1).allowed, "= it, is");
}

TEST(Suppressions, EndAfterTheirLastDay_AndSayThatTheyAreMissed) {
  EXPECT_EQ(marks("-- hotswap: allow drop-table reason=\"x\" until=2026-11-20\ndrop table a"),
            "-- suppression-expired@1");
  EXPECT_EQ(marks("-- hotswap: allow drop-column reason=\"x\" until=2026-11-20\ndrop table a"), "--");
}

TEST(Suppressions, AreFaults_WithoutReasonRuleOrSense) {
  for (const char* comment :
       {"allow drop-table", "allow reason=\"x\"", "allow drop-table reason=x", "allow drop-table reason=\"x",
        "allow drop-table reason=\" \"", "allow drop-table reason=\"x\" until=soon",
        "allow drop-table reason=\"x\" until=2026-02-30", "allow drop-table reason=\"x\" until=",
        "allow drop-table why=\"x\"", "allow drop-tabel reason=\"x\"", "allow syntax reason=\"x\"", "allow"}) {
    EXPECT_EQ(marks(std::string("-- hotswap: ") + comment + "\ndrop table a"), "-- suppression@1") << comment;
  }
}

TEST(Suppressions, SayWhichRuleThereIsNot) {
  const auto findings = judged("select 1;\n  -- hotswap: allow drop-tabel reason=\"x\"\ndrop table a");
  EXPECT_THAT(findings.back().message, HasSubstr("`drop-tabel`"));
  EXPECT_EQ(findings.back().line, 2);
  EXPECT_EQ(findings.back().column, 3);
}

TEST(Suppressions, AreNotFoundInStringsAndBodies) {
  EXPECT_EQ(marks("select '-- hotswap: allow drop-table reason=\"x\"';\ndrop table a"), "---");
  EXPECT_EQ(marks("do $$ begin\n-- hotswap: allow drop-table reason=\"x\"\nnull; end $$; drop table a"), "---");
}

TEST(Suppressions, LeaveOtherRemarksAlone) {
  EXPECT_EQ(marks("-- hotswap: transaction=false\n-- hotswap: allowance\n-- allow drop-table\ndrop table a"), "--");
}

TEST(Suppressions, AreReadFromScriptsOfSqlite) {
  EXPECT_EQ(marks("select '-- hotswap: allow drop-table reason=\"x\"';\n/* hotswap: allow drop-table reason=\"x\" "
                  "*/\ndrop table a",
                  db::sqlite::SqliteScript()),
            "-+-");
}

}  // namespace
}  // namespace hotswap::analysis
