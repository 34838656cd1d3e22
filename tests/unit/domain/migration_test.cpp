#include "domain/migration.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/manual_clock.h"

namespace hotswap {
namespace {

Migration goodMigration() {
  Migration migration;
  migration.name = "add_note_2";
  migration.description = "Adds a note – größer 😀";
  migration.migrationScript = "alter table orders add column note text;";
  migration.rollbackScript = "alter table orders drop column note;";
  migration.tags = {"orders", "größe"};
  return migration;
}

/// The fields that `checkFields` complains about, in order.
template <class Thing>
std::vector<std::string> wrongFields(const Thing& thing) {
  std::vector<std::string> fields;
  for (const ErrorDetail& detail : checkFields(thing)) {
    EXPECT_FALSE(detail.message.empty()) << detail.field;
    fields.push_back(detail.field);
  }
  return fields;
}

using Fields = std::vector<std::string>;

TEST(MigrationFields, AreRight_WhenEverythingIsInItsBounds) {
  EXPECT_EQ(wrongFields(goodMigration()), Fields{});
  Migration largest = goodMigration();
  largest.name = std::string(128, 'a');
  largest.description = std::string(10'000, 'd');
  largest.migrationScript = std::string(maxScriptBytes, 's');
  largest.rollbackScript = "";
  largest.tags.clear();
  for (int i = 0; i < 50; ++i) largest.tags.push_back(std::to_string(i) + std::string(60, 't'));
  EXPECT_EQ(wrongFields(largest), Fields{});
}

TEST(MigrationFields, RefuseNamesOutsideTheirAlphabet) {
  for (const std::string& name :
       {std::string(), std::string("Add"), std::string("add-note"), std::string("add note"), std::string("größe"),
        std::string("a.b"), std::string("a\0b", 3), std::string("a\n"), std::string("x'; drop table migrations; --"),
        std::string(129, 'a'), std::string(1'000'000, 'a')}) {
    Migration migration = goodMigration();
    migration.name = name;
    EXPECT_EQ(wrongFields(migration), Fields{"name"}) << name.substr(0, 50);
  }
}

TEST(MigrationFields, RefuseAForwardScriptThatIsEmptyTooLongOrNoText) {
  for (const std::string& script : {std::string(), std::string(" \n\t"), std::string(maxScriptBytes + 1, 's'),
                                    std::string("select 1;\0", 10), std::string("select '\xFF'")}) {
    Migration migration = goodMigration();
    migration.migrationScript = script;
    EXPECT_EQ(wrongFields(migration), Fields{"migrationScript"}) << script.substr(0, 20);
  }
}

TEST(MigrationFields, RefuseAWayBackThatIsTooLongOrNoText) {
  for (const std::string& script : {std::string(maxScriptBytes + 1, 's'), std::string("\xC3\x28")}) {
    Migration migration = goodMigration();
    migration.rollbackScript = script;
    EXPECT_EQ(wrongFields(migration), Fields{"rollbackScript"}) << script.substr(0, 20);
  }
}

TEST(MigrationFields, TakeAMigrationWithoutAWayBack) {
  Migration migration = goodMigration();
  migration.rollbackScript.reset();
  EXPECT_EQ(wrongFields(migration), Fields{});
}

TEST(MigrationFields, RefuseADescriptionThatIsTooLongOrNoText) {
  for (const std::string& description :
       {std::string(10'001, 'd'), std::string("a\0b", 3), std::string("\xED\xA0\x80")}) {
    Migration migration = goodMigration();
    migration.description = description;
    EXPECT_EQ(wrongFields(migration), Fields{"description"});
  }
}

TEST(MigrationFields, NameTheTagThatIsWrong) {
  Migration migration = goodMigration();
  migration.tags = {"fine", "", std::string(65, 't'), std::string("a\0", 2)};
  EXPECT_EQ(wrongFields(migration), (Fields{"tags[1]", "tags[2]", "tags[3]"}));
}

TEST(MigrationFields, RefuseTooManyTagsAndTheSameTwice) {
  Migration migration = goodMigration();
  migration.tags.clear();
  for (int i = 0; i < 51; ++i) migration.tags.push_back(std::to_string(i));
  EXPECT_EQ(wrongFields(migration), Fields{"tags"});
  migration.tags = {"b", "a", "b"};
  EXPECT_EQ(wrongFields(migration), Fields{"tags"});
}

TEST(MigrationFields, RefuseTooManyDependenciesAndTheSameTwice) {
  support::ManualClock clock;
  support::SeededRandom random(1);
  Migration migration = goodMigration();
  for (int i = 0; i < 100; ++i) migration.dependencies.push_back(MigrationId::make(clock, random));
  EXPECT_EQ(wrongFields(migration), Fields{});
  migration.dependencies.push_back(MigrationId::make(clock, random));
  EXPECT_EQ(wrongFields(migration), Fields{"dependencies"});
  migration.dependencies.resize(3);
  migration.dependencies[2] = migration.dependencies[0];
  EXPECT_EQ(wrongFields(migration), Fields{"dependencies"});
}

TEST(MigrationFields, ReportEverythingThatIsWrongAtOnce) {
  Migration migration;
  migration.name = "No";
  migration.description = std::string(20'000, 'd');
  migration.tags = {""};
  EXPECT_EQ(wrongFields(migration), (Fields{"name", "description", "migrationScript", "tags[0]"}));
}

TEST(Checksum, IsSha256OverLengthsAndBytes) {
  EXPECT_EQ(checksumOf("select 1", std::nullopt), "dbb7d956488457493aa861c553192eb7b4db8fe7080d30abacd0af9aca90b011");
  EXPECT_EQ(checksumOf("select 1", "select 2"), "a27dcd5dd52c77482ee562fd9f2e28cbb47f467c1cda61768c6fa98a11880fcf");
  EXPECT_EQ(checksumOf("select 1", ""), "e369ba30b0ca98d7541c8277d68a65300a4d852e4249b8832a741750a4230579");
  EXPECT_EQ(checksumOf("", std::nullopt), "ba768b331fd86cec803be04e56ab2b3d4c0e98ef4ee4fcd4e72ad7cce61a1d1f");
}

TEST(Checksum, TellsWhereOneScriptEndsAndTheOtherBegins) {
  EXPECT_NE(checksumOf("ab", "c"), checksumOf("a", "bc"));
  EXPECT_NE(checksumOf("abc", ""), checksumOf("abc", std::nullopt));
  EXPECT_NE(checksumOf("1:a", std::nullopt), checksumOf("", "a"));
  EXPECT_NE(checksumOf(std::string("a\0", 2), std::nullopt), checksumOf("a", std::nullopt));
}

TEST(MigrationState, AllowsWhatTheContractAllows) {
  struct Rule {
    MigrationStatus status;
    bool edit, remove, execute;
  };
  for (const Rule& rule :
       {Rule{MigrationStatus::Draft, true, true, true}, Rule{MigrationStatus::PendingApproval, false, false, true},
        Rule{MigrationStatus::Approved, false, false, true}, Rule{MigrationStatus::InProgress, false, false, false},
        Rule{MigrationStatus::Succeeded, false, false, false}, Rule{MigrationStatus::Failed, false, true, true},
        Rule{MigrationStatus::RolledBack, false, true, true}}) {
    EXPECT_EQ(mayEdit(rule.status), rule.edit) << toText(rule.status);
    EXPECT_EQ(mayDelete(rule.status), rule.remove) << toText(rule.status);
    EXPECT_EQ(mayExecute(rule.status), rule.execute) << toText(rule.status);
  }
}

}  // namespace
}  // namespace hotswap
