#include "store/snapshot_store.h"

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

class SnapshotStoreTest : public StoreTest {
 protected:
  PerformanceSnapshot at(int second, const std::string& instance = "primary") const {
    return {.instance = instance,
            .timestamp = support::ManualClock::start + Milliseconds(second * 1000),
            .deadlocks = second};
  }
  Execution parent = addExecution(addMigration(addDatabase().id, "m"));
};

TEST_F(SnapshotStoreTest, GivesTheNewestOldestFirst) {
  for (const int second : {3, 1, 2, 5, 4}) store->snapshots().add(parent.id, at(second));
  const auto list = store->snapshots().list(parent.id, {}, {}, {}, 3);
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].deadlocks, 3);
  EXPECT_EQ(list[2].deadlocks, 5);
  EXPECT_EQ(list[2].timestamp, at(5).timestamp);
  EXPECT_EQ(list[2].instance, "primary");
}

TEST_F(SnapshotStoreTest, FiltersByTimeAndInstance) {
  for (int second = 1; second <= 6; ++second)
    store->snapshots().add(parent.id, at(second, second % 2 == 0 ? "a" : "b"));
  const auto between = store->snapshots().list(parent.id, at(2).timestamp, at(5).timestamp, {}, 10);
  ASSERT_EQ(between.size(), 4U);
  EXPECT_EQ(between[0].deadlocks, 2);
  EXPECT_EQ(between[3].deadlocks, 5);
  EXPECT_EQ(store->snapshots().list(parent.id, at(2).timestamp, at(5).timestamp, "a", 10).size(), 2U);
  EXPECT_TRUE(store->snapshots().list(parent.id, {}, {}, "c", 10).empty());
  EXPECT_TRUE(store->snapshots().list(parent.id, {}, {}, {}, 0).empty());
  EXPECT_TRUE(store->snapshots().list(parent.id, {}, {}, {}, -1).empty());
}

TEST_F(SnapshotStoreTest, KeepsTwoOfTheSameMoment) {
  store->snapshots().add(parent.id, at(1));
  store->snapshots().add(parent.id, at(1));
  EXPECT_EQ(store->snapshots().list(parent.id, {}, {}, {}, 10).size(), 2U);
}

TEST_F(SnapshotStoreTest, RemovesThoseOlderThanTheGivenMomentInPieces) {
  for (int i = 0; i < 4100; ++i) store->snapshots().add(parent.id, at(i));
  EXPECT_EQ(store->snapshots().removeOlderThan(at(4095).timestamp), 4095);
  EXPECT_EQ(store->snapshots().list(parent.id, {}, {}, {}, 100).size(), 5U);
  EXPECT_EQ(store->snapshots().removeOlderThan(at(4095).timestamp), 0);
}

TEST_F(SnapshotStoreTest, RefusesASnapshotOfNoExecution) {
  EXPECT_EQ(codeOf([&] { store->snapshots().add(ExecutionId::make(clock, random), at(1)); }), ErrorCode::Conflict);
}

}  // namespace
}  // namespace hotswap::store
