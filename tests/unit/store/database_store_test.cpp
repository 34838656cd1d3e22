#include "store/database_store.h"

#include <fstream>
#include <iterator>
#include <string>

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

using DatabaseStoreTest = StoreTest;

Replica replica(Samples& samples, const std::string& connection, double weight) {
  return {.id = ReplicaId::make(samples.clock, samples.random),
          .connectionString = connection,
          .role = ReplicaRole::SyncReplica,
          .trafficWeight = weight};
}

TEST_F(DatabaseStoreTest, GivesBackEveryField) {
  DatabaseTarget written = database("shop");
  written.description = "the shop";
  written.type = DatabaseType::MySQL;
  written.environment = Environment::Production;
  written.health = HealthStatus::Healthy;
  written.config = R"({"lockTimeoutSeconds":2})";
  written.replicas = {replica(*this, "host=r2 password=Gehe1m2", 0.25), replica(*this, "env:R1", 0.75)};
  written.version = 3;
  store->databases().add(written);
  const DatabaseTarget read = store->databases().get(written.id);
  EXPECT_EQ(read.name, "shop");
  EXPECT_EQ(read.description, "the shop");
  EXPECT_EQ(read.type, DatabaseType::MySQL);
  EXPECT_EQ(read.environment, Environment::Production);
  EXPECT_EQ(read.health, HealthStatus::Healthy);
  EXPECT_EQ(read.config, written.config);
  EXPECT_EQ(read.masterConnectionString, written.masterConnectionString);
  EXPECT_EQ(read.createdAt, written.createdAt);
  EXPECT_EQ(read.updatedAt, written.updatedAt);
  EXPECT_EQ(read.version, 3);
  ASSERT_EQ(read.replicas.size(), 2U);
  EXPECT_EQ(read.replicas[0].id, written.replicas[0].id);
  EXPECT_EQ(read.replicas[0].connectionString, "host=r2 password=Gehe1m2");
  EXPECT_EQ(read.replicas[0].role, ReplicaRole::SyncReplica);
  EXPECT_EQ(read.replicas[0].trafficWeight, 0.25);
  EXPECT_EQ(read.replicas[1].connectionString, "env:R1");
}

TEST_F(DatabaseStoreTest, WritesNoConnectionStringIntoTheFileReadably) {
  DatabaseTarget written = database("shop");
  written.replicas = {replica(*this, "host=r2 password=Gehe1m2", 0.25)};
  store->databases().add(written);
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream stream(file.string() + suffix, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    ASSERT_FALSE(bytes.empty());
    EXPECT_EQ(bytes.find("Gehe1m"), std::string::npos);
  }
}

TEST_F(DatabaseStoreTest, FindsByIdAndByName) {
  const auto made = addDatabase("shop");
  EXPECT_EQ(store->databases().find("shop").id, made.id);
  EXPECT_EQ(store->databases().find(made.id.text()).id, made.id);
  EXPECT_EQ(codeOf([&] { (void)store->databases().find("none"); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { (void)store->databases().get(DatabaseId::make(clock, random)); }), ErrorCode::NotFound);
}

TEST_F(DatabaseStoreTest, RefusesATakenName) {
  addDatabase("shop");
  EXPECT_EQ(codeOf([&] { addDatabase("shop"); }), ErrorCode::Conflict);
  DatabaseTarget other = addDatabase("other");
  other.name = "shop";
  EXPECT_EQ(codeOf([&] { store->databases().update(other); }), ErrorCode::Conflict);
}

TEST_F(DatabaseStoreTest, ListsByNameInPages) {
  for (const char* name : {"b", "c", "a"}) {
    DatabaseTarget target = database(name);
    target.replicas = {replica(*this, std::string("env:") + name, 1)};
    store->databases().add(target);
  }
  const auto page = store->databases().list({.limit = 2, .offset = 1});
  EXPECT_EQ(page.total, 3);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].name, "b");
  EXPECT_EQ(page.items[1].name, "c");
  ASSERT_EQ(page.items[1].replicas.size(), 1U);
  EXPECT_EQ(page.items[1].replicas[0].connectionString, "env:c");
  EXPECT_EQ(store->databases().count(), 3);
}

TEST_F(DatabaseStoreTest, UpdatesWithItsReplicas) {
  DatabaseTarget change = database("shop");
  change.replicas = {replica(*this, "env:A", 1), replica(*this, "env:B", 0)};
  store->databases().add(change);
  change.replicas.erase(change.replicas.begin());
  change.masterConnectionString = "env:NEW";
  change.createdAt += Milliseconds(999);
  const DatabaseTarget stored = store->databases().update(change);
  EXPECT_EQ(stored.version, change.version + 1);
  EXPECT_EQ(stored.masterConnectionString, "env:NEW");
  EXPECT_EQ(stored.createdAt, change.createdAt - Milliseconds(999));
  ASSERT_EQ(stored.replicas.size(), 1U);
  EXPECT_EQ(stored.replicas[0].connectionString, "env:B");
}

TEST_F(DatabaseStoreTest, RefusesAnUpdateOfAnOldVersionOrOfNothing) {
  const auto made = addDatabase("shop");
  store->databases().update(made);
  EXPECT_EQ(codeOf([&] { store->databases().update(made); }), ErrorCode::PreconditionFailed);
  EXPECT_EQ(codeOf([&] { store->databases().update(database("none")); }), ErrorCode::NotFound);
}

TEST_F(DatabaseStoreTest, KeepsHealthWithoutCountingAsAnEdit) {
  const auto made = addDatabase("shop");
  store->databases().setHealth(made.id, HealthStatus::Unhealthy);
  const auto read = store->databases().get(made.id);
  EXPECT_EQ(read.health, HealthStatus::Unhealthy);
  EXPECT_EQ(read.version, made.version);
  EXPECT_EQ(codeOf([&] { store->databases().setHealth(DatabaseId::make(clock, random), HealthStatus::Healthy); }),
            ErrorCode::NotFound);
}

TEST_F(DatabaseStoreTest, IsRemovedOnlyWhenNoMigrationRefersToIt) {
  const auto made = addDatabase("shop");
  const auto migration = addMigration(made.id, "m");
  EXPECT_EQ(codeOf([&] { store->databases().remove(made.id); }), ErrorCode::Conflict);
  store->migrations().remove(migration.id);
  store->databases().remove(made.id);
  EXPECT_EQ(store->databases().count(), 0);
  EXPECT_EQ(codeOf([&] { store->databases().remove(made.id); }), ErrorCode::NotFound);
}

TEST_F(DatabaseStoreTest, IsNotRemovedUnderADryRunOfAMigrationThatHasMovedOn) {
  const auto shop = addDatabase("shop");
  const auto other = addDatabase("other");
  auto made = addMigration(shop.id, "m");
  const auto run = addExecution(made);
  made.targetDatabaseId = other.id;
  store->migrations().update(made);
  EXPECT_EQ(codeOf([&] { store->databases().remove(shop.id); }), ErrorCode::Conflict);
  auto finished = run;
  finished.status = ExecutionStatus::Succeeded;
  store->executions().save(finished);
  EXPECT_EQ(codeOf([&] { store->databases().remove(shop.id); }), std::nullopt);
}

TEST_F(DatabaseStoreTest, SaysItCantOpenWhatWasSealedForAnotherRow) {
  const auto first = addDatabase("first");
  class WrongSealer final : public Sealer {
   public:
    [[nodiscard]] std::string seal(std::string_view plain, std::string_view /*context*/) const override {
      return std::string(plain);
    }
    [[nodiscard]] std::string open(std::string_view /*sealed*/, std::string_view /*context*/) const override {
      throw Error(ErrorCode::InternalError, "wrong key");
    }
  };
  store.reset();
  const WrongSealer wrong;
  Store again(file, wrong, Durability::ProcessDeath);
  EXPECT_EQ(codeOf([&] { (void)again.databases().get(first.id); }), ErrorCode::InternalError);
  EXPECT_EQ(again.databases().count(), 1);
}

}  // namespace
}  // namespace hotswap::store
