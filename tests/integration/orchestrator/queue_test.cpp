#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "orchestrator/admission.h"
#include "orchestrator/execution_queue.h"
#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

TEST(Queue, RunsOneExecutionADatabase_InTheOrderTheyCame) {
  Stage stage;
  const auto database = stage.database();
  std::vector<ExecutionId> executions;
  for (int i = 0; i < 3; ++i) {
    const std::string table = "t" + std::to_string(i);
    executions.push_back(stage.submit(stage.migration(database, "create table " + table + " (id int)")));
  }
  std::vector<Execution> ended;
  for (const ExecutionId& id : executions) ended.push_back(stage.end(id));
  for (std::size_t i = 0; i < ended.size(); ++i) {
    EXPECT_EQ(ended[i].status, ExecutionStatus::Succeeded);
    if (i > 0) {
      EXPECT_GE(*ended[i].startedAt, *ended[i - 1].completedAt);
    }
  }
}

TEST(Queue, RunsNoMoreAtOnceThanItMay) {
  auto settings = Stage::quick();
  settings.maxConcurrentExecutions = 2;
  Stage stage(settings);
  std::vector<ExecutionId> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(
        stage.submit(stage.migration(stage.database(), "create table t (id int)", "drop table t"), Stage::endless()));
  }
  ASSERT_TRUE(stage.logged(ids[0], "watching primary"));
  ASSERT_TRUE(stage.logged(ids[1], "watching primary"));
  EXPECT_EQ(stage.store().executions().get(ids[2]).status, ExecutionStatus::Pending);
  stage.orchestrator().cancel(ids[0], "", Stage::actor);
  EXPECT_TRUE(stage.logged(ids[2], "watching primary"));
  for (const auto& id : {ids[1], ids[2]}) EXPECT_EQ(stage.cancel(id).status, ExecutionStatus::RolledBack);
}

/// An execution that waits for another one on the same database, which watches until it is stopped.
class PendingExecution : public testing::Test {
 protected:
  Stage stage;
  DatabaseTarget database = stage.database();
  ExecutionId first = stage.watching(stage.migration(database, "create table a (id int)", "drop table a"));
  ExecutionId pending = stage.submit(stage.migration(database, "create table b (id int)"));
};

TEST_F(PendingExecution, EndsAtOnceWithItsMigration_WhenItIsCancelled) {
  stage.orchestrator().cancel(pending, "no", Stage::actor);
  const Execution execution = stage.store().executions().get(pending);
  EXPECT_EQ(execution.status, ExecutionStatus::RolledBack);
  EXPECT_EQ(stage.store().migrations().get(execution.migrationId).status, MigrationStatus::RolledBack);
  EXPECT_THROW(stage.orchestrator().cancel(pending, "again", Stage::actor), Error);
  EXPECT_EQ(stage.cancel(first).status, ExecutionStatus::RolledBack);
}

TEST_F(PendingExecution, ClaimsNoProof_BecauseTheSchemaWasNeverRead) {
  stage.orchestrator().cancel(pending, "no", Stage::actor);
  EXPECT_FALSE(stage.store().executions().get(pending).rollback->verified);
}

TEST_F(PendingExecution, RunsOnceTheOneBeforeHasEnded) {
  EXPECT_EQ(stage.cancel(first).status, ExecutionStatus::RolledBack);
  EXPECT_EQ(stage.end(pending).status, ExecutionStatus::Succeeded) << stage.logText(pending);
}

TEST_F(PendingExecution, RunsInTheNextProcess_AndStillAfterTheOneBefore) {
  stage.restart();
  ASSERT_TRUE(stage.logged(first, "taken up again"));
  EXPECT_EQ(stage.store().executions().get(pending).status, ExecutionStatus::Pending);
  const Execution before = stage.cancel(first);
  const Execution execution = stage.end(pending);
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(pending);
  EXPECT_GE(*execution.startedAt, *before.completedAt);
}

TEST_F(PendingExecution, IsLeftAlone_WhenItsEndCannotBeWritten) {
  stage.breakStore("BEFORE UPDATE ON executions WHEN NEW.status = 'RolledBack'");
  EXPECT_THROW(stage.orchestrator().cancel(pending, "no", Stage::actor), Error);
  const Execution execution = stage.store().executions().get(pending);
  EXPECT_EQ(execution.status, ExecutionStatus::Pending);
  EXPECT_EQ(stage.store().migrations().get(execution.migrationId).status, MigrationStatus::InProgress);
  stage.mendStore();
  EXPECT_EQ(stage.cancel(pending, "no").status, ExecutionStatus::RolledBack);
}

TEST_F(PendingExecution, HoldsUpNoOtherDatabase_WhileItCannotBeRead_AndRunsOnceItCan) {
  const auto phases = [&](const std::string& text) {
    stage.storeSql("UPDATE executions SET phases = '" + text + "' WHERE id = '" + pending.text() + "'");
  };
  phases("broken");
  EXPECT_EQ(stage.cancel(first).status, ExecutionStatus::RolledBack);
  EXPECT_EQ(stage.execute(stage.migration(stage.database(), "create table c (id int)")).status,
            ExecutionStatus::Succeeded);
  phases("[]");
  EXPECT_EQ(stage.end(pending).status, ExecutionStatus::Succeeded) << stage.logText(pending);
}

TEST(Queue, RefusesAMigration_WhoseDependencyHasNotSucceeded) {
  Stage stage;
  const auto database = stage.database();
  const auto base = stage.migration(database, "create table base (id int)");
  const auto next = stage.migration(database, "alter table base add column x int", std::nullopt, {base.id});
  const Error error = stage.refusal(next);
  EXPECT_EQ(error.code(), ErrorCode::Conflict);
  EXPECT_THAT(error.what(), HasSubstr(base.name));
  ASSERT_EQ(stage.execute(base).status, ExecutionStatus::Succeeded);
  EXPECT_EQ(stage.execute(next).status, ExecutionStatus::Succeeded);
}

TEST(Queue, RefusesTheSameMigrationTwice) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int)");
  const auto id = stage.submit(migration);
  EXPECT_THROW(stage.submit(migration), Error);
  EXPECT_EQ(stage.store().executions().list({}, {}).total, 1);
  EXPECT_EQ(stage.end(id).status, ExecutionStatus::Succeeded);
  EXPECT_THROW(stage.submit(stage.store().migrations().get(migration.id)), Error);
}

TEST(Queue, LeavesTheMigrationAsItWas_WhenItsExecutionCannotBeWritten) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int)");
  stage.breakStore("BEFORE INSERT ON execution_captures");  // the last of its rows
  EXPECT_THROW(stage.submit(migration), Error);
  stage.mendStore();
  EXPECT_EQ(stage.store().executions().list({}, {}).total, 0);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
  EXPECT_EQ(stage.execute(migration).status, ExecutionStatus::Succeeded);
}

TEST(Queue, RefusesASyntaxError_WithLineAndColumn) {
  Stage stage;
  const auto migration = stage.migration(stage.database(), "create table t (id int);\ncreate tabel u (id int);");
  const Error error = stage.refusal(migration);
  EXPECT_EQ(error.code(), ErrorCode::ValidationError);
  EXPECT_THAT(error.what(), HasSubstr("line 2, column 8"));
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
}

TEST(Queue, TakesNothingIn_WhenItHasBeenStopped) {
  Stage stage;
  stage.orchestrator().stop(Milliseconds(0));
  const auto migration = stage.migration(stage.database(), "create table t (id int)");
  const Error error = stage.refusal(migration);
  EXPECT_EQ(error.code(), ErrorCode::Unavailable);
  EXPECT_EQ(stage.store().migrations().get(migration.id).status, MigrationStatus::Draft);
}

/// A clock that doesn't answer while it is held.
class HeldClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return clock_.now(); }
  [[nodiscard]] std::chrono::steady_clock::time_point steadyNow() const override {
    std::unique_lock lock(mutex_);
    asked_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    return clock_.steadyNow();
  }
  bool waitFor(Milliseconds duration, const std::stop_token& stop) override { return clock_.waitFor(duration, stop); }

  /// Returns once somebody waits for the time.
  void hold() {
    std::unique_lock lock(mutex_);
    held_ = true;
    asked_ = false;
    changed_.wait(lock, [this] { return asked_; });
  }
  void letGo() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }

 private:
  SystemClock clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool held_ = false;
  mutable bool asked_ = false;
};

bool isClosed(ExecutionQueue& queue, const Execution& execution) {
  try {
    queue.add(execution, [] { throw Error(ErrorCode::InternalError, "is open"); });
  } catch (const Error& error) {
    return error.code() == ErrorCode::Unavailable;
  }
  return false;
}

TEST(Queue, LaunchesNothingMore_OnceItCloses) {
  Stage stage;
  HeldClock clock;
  SystemRandom random;
  EventFeed events;
  db::Engines engines;
  engines.add(db::postgres::makeEngine());
  const RunParts parts{.store = stage.store(),
                       .engines = engines,
                       .metrics = stage.metrics(),
                       .events = events,
                       .clock = clock,
                       .random = random,
                       .settings = Stage::quick().run,
                       .wayBackTimeout = std::chrono::minutes(1),
                       .owner = "test"};
  ExecutionQueue queue(parts, 1);
  queue.open();
  clock.hold();  // whoever launches is about to look what there is
  const auto migration = stage.migration(stage.database(), "create table t (id int)", "drop table t");
  const Execution execution = admit(migration, Stage::endless(), Stage::actor, parts);
  queue.add(execution, [&] { stage.store().executions().add(execution); });
  auto closing = std::async(std::launch::async, [&] { queue.close(Milliseconds(0)); });
  EXPECT_TRUE(support::eventually([&] { return isClosed(queue, execution); }));
  clock.letGo();
  closing.get();
  EXPECT_EQ(stage.store().executions().get(execution.id).status, ExecutionStatus::Pending);
}

}  // namespace
}  // namespace hotswap::orchestrator
