// Many threads on one store.
#include <atomic>
#include <barrier>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

using StoreConcurrencyTest = StoreTest;

constexpr int threadCount = 8;

/// Runs `work(number of the thread)` on eight threads that start at once.
template <class Work>
void atOnce(Work work) {
  std::barrier start(threadCount);
  std::vector<std::jthread> threads;
  for (int i = 0; i < threadCount; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
}

TEST_F(StoreConcurrencyTest, WritesFromEightThreadsAllSucceed) {
  const auto parent = addMigration(addDatabase().id, "m");
  std::vector<Execution> runs;
  for (int i = 0; i < threadCount; ++i) runs.push_back(addExecution(parent));
  std::atomic<int> failures = 0;
  atOnce([&](int thread) {
    try {
      for (int i = 0; i < 50; ++i) {
        const auto& run = runs[static_cast<std::size_t>(thread)];
        const int sequence = store->executions().beginStep(step(run.id));
        store->executions().endStep(run.id, sequence, StepState::Done, "", clock.now());
        store->executions().save(run);
        store->executions().appendLog({.executionId = runs[0].id, .message = "x"});
        store->audit().append({.time = clock.now(), .event = "x"});
        static_cast<void>(store->migrations().list({}, {}));
      }
    } catch (const Error&) {
      ++failures;
    }
  });
  EXPECT_EQ(failures, 0);
  for (const Execution& run : runs) EXPECT_EQ(store->executions().steps(run.id).size(), 50U);
  const auto log = store->executions().log(runs[0].id, 0, {.limit = 1000, .offset = 0});
  ASSERT_EQ(log.total, 50 * threadCount);
  std::set<std::int64_t> numbers;
  for (const LogEntry& entry : log.items) numbers.insert(entry.sequence);
  EXPECT_EQ(numbers.size(), 400U);
  EXPECT_EQ(*numbers.rbegin(), 400);
  EXPECT_EQ(store->audit().list({}, {}).total, 50 * threadCount);
}

TEST_F(StoreConcurrencyTest, OneOfEightWinsAName) {
  const auto shop = addDatabase();
  std::vector<Migration> made;
  for (int i = 0; i < threadCount; ++i) made.push_back(migration(shop.id, "same"));
  std::atomic<int> added = 0;
  std::atomic<int> conflicts = 0;
  atOnce([&](int thread) {
    const auto code = codeOf([&] { store->migrations().add(made[static_cast<std::size_t>(thread)]); });
    if (!code) ++added;
    if (code == ErrorCode::Conflict) ++conflicts;
  });
  EXPECT_EQ(added, 1);
  EXPECT_EQ(conflicts, threadCount - 1);
}

TEST_F(StoreConcurrencyTest, OneOfEightWinsAVersionAndOneAState) {
  const auto made = addMigration(addDatabase().id, "m");
  std::atomic<int> updated = 0;
  atOnce([&](int) {
    if (!codeOf([&] { store->migrations().update(made); })) ++updated;
  });
  EXPECT_EQ(updated, 1);
  std::atomic<int> moved = 0;
  atOnce([&](int) {
    if (!codeOf([&] {
          store->migrations().setStatus(made.id, {MigrationStatus::Draft}, MigrationStatus::InProgress, clock.now());
        })) {
      ++moved;
    }
  });
  EXPECT_EQ(moved, 1);
}

TEST_F(StoreConcurrencyTest, OneAdminIsLeft_WhenAllAreTakenAwayAtOnce) {
  std::vector<User> admins;
  for (int i = 0; i < threadCount; ++i) {
    admins.push_back(user("admin" + std::to_string(i), Role::Admin));
    store->users().add(admins.back());
  }
  std::atomic<int> refused = 0;
  atOnce([&](int thread) {
    if (codeOf([&] { store->users().remove(admins[static_cast<std::size_t>(thread)].id); }) == ErrorCode::Conflict) {
      ++refused;
    }
  });
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(store->users().count(), 1);
}

TEST_F(StoreConcurrencyTest, ReadersSeeWholePages_WhileOthersWrite) {
  const auto shop = addDatabase();
  std::atomic<bool> stop = false;
  std::jthread writer([&] {
    for (int i = 0; i < 100; ++i) addMigration(shop.id, "m" + std::to_string(i), MigrationStatus::Draft, {}, {"t"});
    stop = true;
  });
  while (!stop) {
    const auto page = store->migrations().list({.status = {}, .database = {}, .tag = "t"}, {.limit = 200, .offset = 0});
    ASSERT_EQ(static_cast<std::int64_t>(page.items.size()), page.total);
    for (const Migration& one : page.items) ASSERT_EQ(one.tags.size(), 1U);
  }
}

TEST_F(StoreConcurrencyTest, MoreReadersThanConnectionsTakeTurns) {
  const auto made = addMigration(addDatabase().id, "m");
  std::atomic<int> found = 0;
  atOnce([&](int) {
    for (int i = 0; i < 200; ++i) {
      if (store->migrations().get(made.id).name == "m") ++found;
    }
  });
  EXPECT_EQ(found, 200 * threadCount);
}

}  // namespace
}  // namespace hotswap::store
