#include "store/migration_store.h"

#include <string>
#include <vector>

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

using MigrationStoreTest = StoreTest;

std::vector<std::string> namesOf(const Page<Migration>& page) {
  std::vector<std::string> names;
  for (const Migration& migration : page.items) names.push_back(migration.name);
  return names;
}

TEST_F(MigrationStoreTest, GivesBackEveryField) {
  const auto target = addDatabase();
  const auto first = addMigration(target.id, "first");
  Migration written = migration(target.id, "second");
  written.description = "Zeile eins\nline 2 – “ü”";
  written.migrationScript = "CREATE TABLE t (a int); -- :name 'quoted' \\ \x01";
  written.rollbackScript = "DROP TABLE t";
  written.strategy = Strategy::Canary;
  written.status = MigrationStatus::Failed;
  written.riskLevel = RiskLevel::High;
  written.estimatedDuration = Seconds(1.25);
  written.dependencies = {first.id};
  written.tags = {"b", "a", "b"};
  written.checksum = "abc";
  written.updatedAt = written.createdAt + Milliseconds(5);
  written.version = 7;
  store->migrations().add(written);

  const Migration read = store->migrations().get(written.id);
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.description, written.description);
  EXPECT_EQ(read.targetDatabaseId, written.targetDatabaseId);
  EXPECT_EQ(read.migrationScript, written.migrationScript);
  EXPECT_EQ(read.rollbackScript, written.rollbackScript);
  EXPECT_EQ(read.strategy, written.strategy);
  EXPECT_EQ(read.status, written.status);
  EXPECT_EQ(read.riskLevel, written.riskLevel);
  EXPECT_EQ(read.estimatedDuration, written.estimatedDuration);
  EXPECT_EQ(read.dependencies, written.dependencies);
  EXPECT_EQ(read.tags, written.tags);
  EXPECT_EQ(read.checksum, written.checksum);
  EXPECT_EQ(read.createdBy, written.createdBy);
  EXPECT_EQ(read.createdAt, written.createdAt);
  EXPECT_EQ(read.updatedAt, written.updatedAt);
  EXPECT_EQ(read.version, 7);
}

TEST_F(MigrationStoreTest, TellsAnAbsentWayBackFromAnEmptyOne) {
  const auto target = addDatabase();
  Migration absent = migration(target.id, "absent");
  Migration empty = migration(target.id, "empty");
  empty.rollbackScript = "";
  store->migrations().add(absent);
  store->migrations().add(empty);
  EXPECT_EQ(store->migrations().get(absent.id).rollbackScript, std::nullopt);
  EXPECT_EQ(store->migrations().get(empty.id).rollbackScript, "");
}

TEST_F(MigrationStoreTest, KeepsScriptsOfTenMebibytes) {
  const auto target = addDatabase();
  Migration big = migration(target.id, "big");
  big.migrationScript = std::string(maxScriptBytes, 'x');
  big.rollbackScript = std::string(maxScriptBytes, 'y');
  store->migrations().add(big);
  reopen();
  const Migration read = store->migrations().get(big.id);
  EXPECT_TRUE(read.migrationScript == big.migrationScript);
  EXPECT_TRUE(read.rollbackScript == big.rollbackScript);
}

TEST_F(MigrationStoreTest, TakesSqlInEveryFieldAsText) {
  const std::string evil = "x'); DROP TABLE migrations; -- \" ; :id ? $1";
  auto target = database(evil);
  target.description = evil;
  target.config = evil;
  store->databases().add(target);
  Migration written = migration(target.id, evil);
  written.description = written.migrationScript = written.checksum = written.createdBy = evil;
  written.rollbackScript = evil;
  written.tags = {evil};
  store->migrations().add(written);
  EXPECT_EQ(store->migrations().get(written.id).description, evil);
  EXPECT_EQ(store->migrations().find(evil).id, written.id);
  EXPECT_EQ(store->databases().find(evil).description, evil);
  EXPECT_EQ(store->migrations().list({.status = {}, .database = {}, .tag = evil}, {}).total, 1);
  EXPECT_EQ(codeOf([&] { (void)store->migrations().find("' OR 1=1 --"); }), ErrorCode::NotFound);
}

TEST_F(MigrationStoreTest, RefusesANameTakenOnThatDatabaseOnly) {
  const auto shop = addDatabase("shop");
  const auto other = addDatabase("other");
  addMigration(shop.id, "same");
  addMigration(other.id, "same");
  EXPECT_EQ(codeOf([&] { addMigration(shop.id, "same"); }), ErrorCode::Conflict);
}

TEST_F(MigrationStoreTest, RefusesAnIdThatIsThere) {
  const auto shop = addDatabase("shop");
  Migration first = addMigration(shop.id, "first");
  first.name = "second";
  EXPECT_EQ(codeOf([&] { store->migrations().add(first); }), ErrorCode::Conflict);
}

TEST_F(MigrationStoreTest, NamesUnknownReferences) {
  const auto shop = addDatabase();
  Migration made = migration(DatabaseId::make(clock, random), "lost");
  made.dependencies = {addMigration(shop.id, "known").id, MigrationId::make(clock, random)};
  const Error error = errorOf([&] { store->migrations().add(made); });
  EXPECT_EQ(error.code(), ErrorCode::ValidationError);
  ASSERT_EQ(error.details().size(), 2U);
  EXPECT_EQ(error.details()[0].field, "targetDatabaseId");
  EXPECT_EQ(error.details()[1].field, "dependencies[1]");
  EXPECT_EQ(codeOf([&] { (void)store->migrations().get(made.id); }), ErrorCode::NotFound);
}

TEST_F(MigrationStoreTest, RefusesACycleOfDependenciesAndNamesTheWay) {
  const auto shop = addDatabase();
  Migration a = addMigration(shop.id, "a");
  const Migration b = addMigration(shop.id, "b", MigrationStatus::Draft, {a.id});
  const Migration c = addMigration(shop.id, "c", MigrationStatus::Draft, {b.id});
  a.dependencies = {c.id};
  const Error error = errorOf([&] { store->migrations().update(a); });
  EXPECT_EQ(error.code(), ErrorCode::ValidationError);
  ASSERT_EQ(error.details().size(), 1U);
  EXPECT_EQ(error.details()[0].field, "dependencies");
  EXPECT_EQ(error.details()[0].message, "a → c → b → a");
  EXPECT_TRUE(store->migrations().get(a.id).dependencies.empty());
}

TEST_F(MigrationStoreTest, RefusesADependencyOnItself) {
  const auto shop = addDatabase();
  Migration self = migration(shop.id, "self");
  self.dependencies = {self.id};
  const Error error = errorOf([&] { store->migrations().add(self); });
  EXPECT_EQ(error.code(), ErrorCode::ValidationError);
  EXPECT_EQ(error.details().at(0).message, "self → self");
}

TEST_F(MigrationStoreTest, AcceptsDependenciesThatMeetAgainWithoutACycle) {
  const auto shop = addDatabase();
  const auto base = addMigration(shop.id, "base");
  const auto left = addMigration(shop.id, "left", MigrationStatus::Draft, {base.id});
  const auto right = addMigration(shop.id, "right", MigrationStatus::Draft, {base.id});
  const auto top = addMigration(shop.id, "top", MigrationStatus::Draft, {left.id, right.id, base.id});
  EXPECT_EQ(store->migrations().get(top.id).dependencies.size(), 3U);
}

TEST_F(MigrationStoreTest, FindsByIdAndByName) {
  const auto shop = addDatabase("shop");
  const auto made = addMigration(shop.id, "one");
  EXPECT_EQ(store->migrations().find(made.id.text()).name, "one");
  EXPECT_EQ(store->migrations().find("one").id, made.id);
  EXPECT_EQ(codeOf([&] { (void)store->migrations().find("two"); }), ErrorCode::NotFound);
}

TEST_F(MigrationStoreTest, AsksForTheId_WhenSeveralDatabasesHaveTheName) {
  addMigration(addDatabase("shop").id, "same");
  addMigration(addDatabase("other").id, "same");
  EXPECT_EQ(codeOf([&] { (void)store->migrations().find("same"); }), ErrorCode::Conflict);
}

TEST_F(MigrationStoreTest, ListsNewestFirstWithoutScripts) {
  const auto shop = addDatabase();
  for (const char* name : {"a", "b", "c"}) addMigration(shop.id, name, MigrationStatus::Draft, {}, {"t", name});
  const auto page = store->migrations().list({}, {});
  EXPECT_EQ(namesOf(page), (std::vector<std::string>{"c", "b", "a"}));
  EXPECT_EQ(page.total, 3);
  EXPECT_TRUE(page.items[0].migrationScript.empty());
  EXPECT_EQ(page.items[0].tags, (std::vector<std::string>{"t", "c"}));
}

TEST_F(MigrationStoreTest, FiltersAndCountsExactly) {
  const auto shop = addDatabase("shop");
  const auto other = addDatabase("other");
  for (int i = 0; i < 30; ++i) {
    addMigration(i % 3 == 0 ? other.id : shop.id, "m" + std::to_string(i),
                 i % 2 == 0 ? MigrationStatus::Succeeded : MigrationStatus::Draft, {},
                 i % 5 == 0 ? std::vector<std::string>{"five", "five"} : std::vector<std::string>{});
  }
  auto& migrations = store->migrations();
  EXPECT_EQ(migrations.list({.status = MigrationStatus::Draft, .database = {}, .tag = {}}, {}).total, 15);
  EXPECT_EQ(migrations.list({.status = {}, .database = other.id, .tag = {}}, {}).total, 10);
  EXPECT_EQ(migrations.list({.status = {}, .database = {}, .tag = "five"}, {}).total, 6);
  EXPECT_EQ(migrations.list({.status = {}, .database = {}, .tag = "Five"}, {}).total, 0);
  const auto all = migrations.list({.status = MigrationStatus::Succeeded, .database = other.id, .tag = "five"}, {});
  EXPECT_EQ(namesOf(all), (std::vector<std::string>{"m0"}));
  EXPECT_EQ(all.total, 1);
}

TEST_F(MigrationStoreTest, PagesWithoutGapsAndBeyondTheEnd) {
  const auto shop = addDatabase();
  for (int i = 0; i < 7; ++i) addMigration(shop.id, "m" + std::to_string(i));
  std::vector<std::string> seen;
  for (std::int64_t offset = 0; offset < 9; offset += 3) {
    const auto page = store->migrations().list({}, {.limit = 3, .offset = offset});
    EXPECT_EQ(page.total, 7);
    for (const std::string& name : namesOf(page)) seen.push_back(name);
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"m6", "m5", "m4", "m3", "m2", "m1", "m0"}));
  EXPECT_TRUE(store->migrations().list({}, {.limit = 20, .offset = 100}).items.empty());
  EXPECT_EQ(store->migrations().list({}, {.limit = 20, .offset = 100}).total, 7);
  EXPECT_TRUE(store->migrations().list({}, {.limit = 0, .offset = 0}).items.empty());
  EXPECT_TRUE(store->migrations().list({}, {.limit = -1, .offset = -5}).items.empty());
}

TEST_F(MigrationStoreTest, ListsNothing_WhenThereIsNothing) {
  const auto page = store->migrations().list({}, {});
  EXPECT_TRUE(page.items.empty());
  EXPECT_EQ(page.total, 0);
}

TEST_F(MigrationStoreTest, UpdatesAndCountsTheVersionUp) {
  const auto shop = addDatabase();
  const auto before = addMigration(shop.id, "before", MigrationStatus::Draft, {}, {"x"});
  Migration change = before;
  change.name = "after";
  change.migrationScript = "SELECT 2";
  change.rollbackScript = "SELECT 3";
  change.strategy = Strategy::Direct;
  change.tags = {};
  change.createdBy = "mallory";
  change.createdAt += Milliseconds(1000);
  change.updatedAt += Milliseconds(1000);
  const Migration stored = store->migrations().update(change);
  EXPECT_EQ(stored.version, before.version + 1);
  EXPECT_EQ(stored.name, "after");
  EXPECT_EQ(stored.migrationScript, "SELECT 2");
  EXPECT_EQ(stored.rollbackScript, "SELECT 3");
  EXPECT_TRUE(stored.tags.empty());
  EXPECT_EQ(stored.createdBy, "ada");
  EXPECT_EQ(stored.createdAt, before.createdAt);
  EXPECT_EQ(stored.updatedAt, change.updatedAt);
}

TEST_F(MigrationStoreTest, RefusesAnUpdateOfAnOldVersion) {
  const auto shop = addDatabase();
  const auto read = addMigration(shop.id, "m");
  store->migrations().update(read);
  Migration late = read;
  late.description = "late";
  EXPECT_EQ(codeOf([&] { store->migrations().update(late); }), ErrorCode::PreconditionFailed);
  EXPECT_EQ(store->migrations().get(read.id).description, "");
}

TEST_F(MigrationStoreTest, RefusesAnUpdateToATakenNameOrOfNothing) {
  const auto shop = addDatabase();
  addMigration(shop.id, "taken");
  Migration change = addMigration(shop.id, "free");
  change.name = "taken";
  EXPECT_EQ(codeOf([&] { store->migrations().update(change); }), ErrorCode::Conflict);
  EXPECT_EQ(codeOf([&] { store->migrations().update(migration(shop.id, "nowhere")); }), ErrorCode::NotFound);
}

TEST_F(MigrationStoreTest, SetsTheStatusOnlyFromTheGivenOnes) {
  const auto shop = addDatabase();
  const auto made = addMigration(shop.id, "m");
  const TimePoint later = clock.now() + Milliseconds(77);
  store->migrations().setStatus(made.id, {MigrationStatus::Approved, MigrationStatus::Draft},
                                MigrationStatus::InProgress, later);
  const Migration stored = store->migrations().get(made.id);
  EXPECT_EQ(stored.status, MigrationStatus::InProgress);
  EXPECT_EQ(stored.updatedAt, later);
  EXPECT_EQ(stored.version, made.version + 1);
  const Error error = errorOf(
      [&] { store->migrations().setStatus(made.id, {MigrationStatus::Draft}, MigrationStatus::Failed, later); });
  EXPECT_EQ(error.code(), ErrorCode::Conflict);
  EXPECT_NE(std::string(error.what()).find("InProgress"), std::string::npos);
  EXPECT_EQ(codeOf([&] { store->migrations().setStatus(made.id, {}, MigrationStatus::Failed, later); }),
            ErrorCode::Conflict);
  EXPECT_EQ(codeOf([&] {
              store->migrations().setStatus(MigrationId::make(clock, random), {MigrationStatus::Draft},
                                            MigrationStatus::Failed, later);
            }),
            ErrorCode::NotFound);
}

TEST_F(MigrationStoreTest, RemovesAMigrationWithAllThatBelongsToItButTheAuditTrail) {
  const auto shop = addDatabase();
  const auto made = addMigration(shop.id, "m", MigrationStatus::Failed, {}, {"t"});
  const auto run = addExecution(made, ExecutionStatus::Failed);
  store->executions().beginStep(step(run.id));
  store->executions().appendLog({.executionId = run.id, .message = "x"});
  store->snapshots().add(run.id, {.instance = "primary"});
  store->audit().append({.user = "ada", .event = "migration.deleted", .object = made.id.text()});

  store->migrations().remove(made.id);
  EXPECT_EQ(codeOf([&] { (void)store->migrations().get(made.id); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { (void)store->executions().get(run.id); }), ErrorCode::NotFound);
  EXPECT_TRUE(store->executions().steps(run.id).empty());
  EXPECT_EQ(store->executions().log(run.id, 0, {}).total, 0);
  EXPECT_TRUE(store->snapshots().list(run.id, {}, {}, {}, 10).empty());
  EXPECT_EQ(store->migrations().list({.status = {}, .database = {}, .tag = "t"}, {}).total, 0);
  EXPECT_EQ(store->audit().list({}, {}).total, 1);
}

TEST_F(MigrationStoreTest, RefusesToRemove_WhatItsStateForbids) {
  const auto shop = addDatabase();
  for (const auto status : {MigrationStatus::PendingApproval, MigrationStatus::Approved, MigrationStatus::InProgress,
                            MigrationStatus::Succeeded}) {
    const auto made = addMigration(shop.id, "m" + std::to_string(static_cast<int>(status)), status);
    EXPECT_EQ(codeOf([&] { store->migrations().remove(made.id); }), ErrorCode::Conflict) << toText(status);
  }
  for (const auto status : {MigrationStatus::Draft, MigrationStatus::Failed, MigrationStatus::RolledBack}) {
    const auto made = addMigration(shop.id, "m" + std::to_string(static_cast<int>(status)), status);
    EXPECT_EQ(codeOf([&] { store->migrations().remove(made.id); }), std::nullopt) << toText(status);
  }
}

TEST_F(MigrationStoreTest, RefusesToRemove_WhileAnotherDependsOnItOrADryRunGoesOn) {
  const auto shop = addDatabase();
  const auto base = addMigration(shop.id, "base");
  const auto top = addMigration(shop.id, "top", MigrationStatus::Draft, {base.id});
  const Error error = errorOf([&] { store->migrations().remove(base.id); });
  EXPECT_EQ(error.code(), ErrorCode::Conflict);
  EXPECT_NE(std::string(error.what()).find("top"), std::string::npos);
  addExecution(top, ExecutionStatus::Pending);
  EXPECT_EQ(codeOf([&] { store->migrations().remove(top.id); }), ErrorCode::Conflict);
}

TEST_F(MigrationStoreTest, NamesOpenDependenciesInTheirOrder) {
  const auto shop = addDatabase();
  const auto done = addMigration(shop.id, "done", MigrationStatus::Succeeded);
  const auto failed = addMigration(shop.id, "failed", MigrationStatus::Failed);
  const auto draft = addMigration(shop.id, "draft");
  const auto top = addMigration(shop.id, "top", MigrationStatus::Draft, {failed.id, done.id, draft.id});
  EXPECT_EQ(store->migrations().openDependencies(top.id), (std::vector<std::string>{"failed", "draft"}));
  EXPECT_TRUE(store->migrations().openDependencies(done.id).empty());
}

}  // namespace
}  // namespace hotswap::store
