#include "domain/enum_text.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/database.h"
#include "domain/execution.h"
#include "domain/migration.h"
#include "domain/report.h"
#include "domain/user.h"

namespace hotswap {
namespace {

template <class Enum>
class EnumText : public testing::Test {};

using TextEnums = testing::Types<DatabaseType, Environment, ReplicaRole, HealthStatus, Strategy, MigrationStatus,
                                 RiskLevel, ExecutionStatus, PhaseStatus, StepKind, StepState, Severity, Role>;
TYPED_TEST_SUITE(EnumText, TextEnums);

TYPED_TEST(EnumText, ReadsBackWhatItWrote) {
  for (const auto& [value, text] : EnumTexts<TypeParam>::entries) {
    EXPECT_EQ(toText(value), text);
    EXPECT_EQ(fromText<TypeParam>(text), value);
  }
}

TYPED_TEST(EnumText, HasOneTextForEachValueInOrder) {
  std::set<std::string_view> texts;
  int expected = 0;
  for (const auto& [value, text] : EnumTexts<TypeParam>::entries) {
    EXPECT_EQ(static_cast<int>(value), expected++) << text;
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
  EXPECT_TRUE(toText(static_cast<TypeParam>(expected)).empty())
      << "a value without a text, or a list that is too short";
}

TYPED_TEST(EnumText, ReadsTheExactSpellingOnly) {
  const std::string text(EnumTexts<TypeParam>::entries.front().second);
  std::vector<std::string> wrong{"", " ", "0", "nonsense", text + " ", " " + text, text + text, text.substr(1)};
  wrong.push_back(text + '\0');
  std::string upper = text;
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  wrong.push_back(upper);
  for (const std::string& candidate : wrong) {
    EXPECT_EQ(fromText<TypeParam>(candidate), std::nullopt) << candidate;
  }
}

/// The words that stand in the contract; a changed text breaks every client.
TEST(EnumTexts, AreTheWordsOfTheContract) {
  const auto words = []<class Enum>(Enum) {
    std::string all;
    for (const auto& [value, text] : EnumTexts<Enum>::entries)
      all += std::string(all.empty() ? "" : " ") + std::string(text);
    return all;
  };
  EXPECT_EQ(words(DatabaseType{}), "PostgreSQL MySQL SqlServer Oracle SQLite");
  EXPECT_EQ(words(Environment{}), "Development QA Staging Production");
  EXPECT_EQ(words(ReplicaRole{}), "SyncReplica AsyncReplica ShadowReplica");
  EXPECT_EQ(words(Strategy{}), "Direct Phased Canary BlueGreen Shadow");
  EXPECT_EQ(words(MigrationStatus{}), "Draft PendingApproval Approved InProgress Succeeded Failed RolledBack");
  EXPECT_EQ(words(ExecutionStatus{}), "Pending Running Paused Succeeded Failed RolledBack");
  EXPECT_EQ(words(RiskLevel{}), "Low Medium High");
  EXPECT_EQ(words(Severity{}), "error warning info");
  EXPECT_EQ(words(Role{}), "Admin Developer DBA Viewer");
}

}  // namespace
}  // namespace hotswap
