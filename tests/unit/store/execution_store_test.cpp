#include "store/execution_store.h"

#include <atomic>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "unit/store/store_fixture.h"

namespace hotswap::store {
namespace {

class ExecutionStoreTest : public StoreTest {
 protected:
  [[nodiscard]] MigrationMove begun() const {
    return {.from = {MigrationStatus::Draft}, .to = MigrationStatus::InProgress, .at = clock.now()};
  }

  Migration parent = addMigration(addDatabase().id, "m");
};

Execution full(Execution e) {
  e.options.strategy = Strategy::Phased;
  e.options.dryRun = true;
  e.options.autoRollback = false;
  e.options.timeout = Seconds(12.5);
  e.options.watch.latencyFactor = 2.5;
  e.status = ExecutionStatus::Running;
  e.migrationScript = "forward";
  e.rollbackScript = "back";
  e.phases = {Phase{.name = "one",
                    .instances = {"primary", "rep-1"},
                    .status = PhaseStatus::Succeeded,
                    .startedAt = e.createdAt,
                    .completedAt = e.createdAt + Milliseconds(3)},
              Phase{.name = "two"}};
  e.currentPhase = "one";
  e.progress = 42.5;
  e.targetInstance = "primary";
  e.startedAt = e.createdAt + Milliseconds(1);
  e.completedAt = e.createdAt + Milliseconds(2);
  e.rowsAffected = std::int64_t{1} << 40;
  e.baseline = Baseline{.instance = "primary",
                        .capturedAt = e.createdAt,
                        .window = Seconds(10),
                        .snapshot = {.instance = "primary", .avgQueryLatencyMs = 1.5},
                        .queries = {{"123", {.meanMs = 2, .callsPerSecond = 3, .share = 0.5}}}};
  e.performance = PerformanceSnapshot{.instance = "primary", .timestamp = e.createdAt, .cpuUsagePercent = 0.0};
  e.errorMessage = "it's \"broken\"";
  e.rollback = RollbackRecord{.reason = "slow", .startedAt = e.createdAt, .verified = true, .error = "e"};
  e.owner = "process-1";
  e.cancelReason = "asked";
  e.schemaBefore = R"({"tables":[]})";
  e.schemaAfter = R"({"tables":["t"]})";
  return e;
}

void expectSame(const Execution& read, const Execution& written) {
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.migrationId, written.migrationId);
  EXPECT_EQ(read.databaseId, written.databaseId);
  EXPECT_EQ(read.options.strategy, written.options.strategy);
  EXPECT_EQ(read.options.dryRun, written.options.dryRun);
  EXPECT_EQ(read.options.autoRollback, written.options.autoRollback);
  EXPECT_EQ(read.options.timeout, written.options.timeout);
  EXPECT_EQ(read.options.watch.latencyFactor, written.options.watch.latencyFactor);
  EXPECT_EQ(read.status, written.status);
  EXPECT_EQ(read.migrationScript, written.migrationScript);
  EXPECT_EQ(read.rollbackScript, written.rollbackScript);
  ASSERT_EQ(read.phases.size(), written.phases.size());
  for (std::size_t i = 0; i < read.phases.size(); ++i) {
    EXPECT_EQ(read.phases[i].name, written.phases[i].name);
    EXPECT_EQ(read.phases[i].instances, written.phases[i].instances);
    EXPECT_EQ(read.phases[i].status, written.phases[i].status);
    EXPECT_EQ(read.phases[i].startedAt, written.phases[i].startedAt);
    EXPECT_EQ(read.phases[i].completedAt, written.phases[i].completedAt);
  }
  EXPECT_EQ(read.currentPhase, written.currentPhase);
  EXPECT_EQ(read.progress, written.progress);
  EXPECT_EQ(read.targetInstance, written.targetInstance);
  EXPECT_EQ(read.createdAt, written.createdAt);
  EXPECT_EQ(read.startedAt, written.startedAt);
  EXPECT_EQ(read.completedAt, written.completedAt);
  EXPECT_EQ(read.rowsAffected, written.rowsAffected);
  ASSERT_EQ(read.baseline.has_value(), written.baseline.has_value());
  if (written.baseline) {
    EXPECT_EQ(read.baseline->window, written.baseline->window);
    EXPECT_EQ(read.baseline->snapshot.avgQueryLatencyMs, written.baseline->snapshot.avgQueryLatencyMs);
    ASSERT_EQ(read.baseline->queries.size(), written.baseline->queries.size());
    EXPECT_EQ(read.baseline->queries.begin()->second.share, written.baseline->queries.begin()->second.share);
  }
  ASSERT_EQ(read.performance.has_value(), written.performance.has_value());
  if (written.performance) {
    EXPECT_EQ(read.performance->cpuUsagePercent, written.performance->cpuUsagePercent);
    EXPECT_EQ(read.performance->lockWaitTimeMs, std::nullopt);
  }
  EXPECT_EQ(read.errorMessage, written.errorMessage);
  ASSERT_EQ(read.rollback.has_value(), written.rollback.has_value());
  if (written.rollback) {
    EXPECT_EQ(read.rollback->reason, written.rollback->reason);
    EXPECT_EQ(read.rollback->verified, written.rollback->verified);
    EXPECT_EQ(read.rollback->completedAt, written.rollback->completedAt);
  }
  EXPECT_EQ(read.initiatedBy, written.initiatedBy);
  EXPECT_EQ(read.owner, written.owner);
  EXPECT_EQ(read.cancelReason, written.cancelReason);
  EXPECT_EQ(read.schemaBefore, written.schemaBefore);
  EXPECT_EQ(read.schemaAfter, written.schemaAfter);
}

TEST_F(ExecutionStoreTest, GivesBackEveryField) {
  const Execution written = full(execution(parent));
  store->executions().add(written);
  expectSame(store->executions().get(written.id), written);
  const Execution bare = execution(parent);
  store->executions().add(bare);
  expectSame(store->executions().get(bare.id), bare);
}

TEST_F(ExecutionStoreTest, SavesWhatChangesWhileItRuns) {
  Execution made = execution(parent);
  store->executions().add(made);
  Execution changed = full(made);
  store->executions().save(changed);
  changed.options = made.options;
  changed.migrationScript = made.migrationScript;
  changed.rollbackScript = made.rollbackScript;
  changed.cancelReason = std::nullopt;
  expectSame(store->executions().get(made.id), changed);
  changed.baseline.reset();
  changed.performance.reset();
  changed.rollback.reset();
  changed.completedAt.reset();
  changed.schemaBefore.clear();
  changed.schemaAfter = "other";
  store->executions().save(changed);
  expectSame(store->executions().get(made.id), changed);
}

TEST_F(ExecutionStoreTest, SavesAProgressThatIsNoNumberAsNone) {
  Execution made = addExecution(parent);
  made.progress = std::numeric_limits<double>::quiet_NaN();
  store->executions().save(made);
  EXPECT_EQ(store->executions().get(made.id).progress, 0);
}

TEST_F(ExecutionStoreTest, KnowsNoExecutionThatWasNeverAdded) {
  const Execution never = execution(parent);
  auto& executions = store->executions();
  EXPECT_EQ(codeOf([&] { (void)executions.get(never.id); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.save(never); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.requestCancel(never.id, "x"); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.beginStep(step(never.id)); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.setEvidence(never.id, 1, "x"); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.endStep(never.id, 1, StepState::Done, "x", clock.now()); }), ErrorCode::NotFound);
  EXPECT_EQ(codeOf([&] { executions.appendLog({.executionId = never.id}); }), ErrorCode::NotFound);
  EXPECT_TRUE(executions.steps(never.id).empty());
}

TEST_F(ExecutionStoreTest, RefusesAnExecutionOfNoMigration) {
  Execution made = execution(parent);
  made.migrationId = MigrationId::make(clock, random);
  EXPECT_EQ(codeOf([&] { store->executions().add(made); }), ErrorCode::Conflict);
  EXPECT_EQ(store->executions().list({}, {}).total, 0);
}

TEST_F(ExecutionStoreTest, MovesTheMigrationAlong) {
  Execution made = execution(parent);
  store->executions().add(made, begun());
  EXPECT_EQ(store->migrations().get(parent.id).status, MigrationStatus::InProgress);
  made.status = ExecutionStatus::Succeeded;
  store->executions().save(
      made, MigrationMove{.from = {MigrationStatus::InProgress}, .to = MigrationStatus::Succeeded, .at = clock.now()});
  EXPECT_EQ(store->migrations().get(parent.id).status, MigrationStatus::Succeeded);
  EXPECT_EQ(store->executions().get(made.id).status, ExecutionStatus::Succeeded);
}

TEST_F(ExecutionStoreTest, IsSavedWithItsAuditRow_OrNeitherIs) {
  const AuditRow row{.time = clock.now(), .user = "hotswap", .event = "execution.failed"};
  EXPECT_EQ(codeOf([&] { store->executions().save(execution(parent), std::nullopt, row); }), ErrorCode::NotFound);
  EXPECT_EQ(store->audit().list({}, {}).total, 0);
  store->executions().save(addExecution(parent), std::nullopt, row);
  EXPECT_EQ(store->audit().list({}, {}).total, 1);
}

TEST_F(ExecutionStoreTest, IsNotAddedNorSaved_WhenItsMigrationMayNotMoveAlong) {
  store->executions().add(execution(parent), begun());
  EXPECT_EQ(codeOf([&] { store->executions().add(execution(parent), begun()); }), ErrorCode::Conflict);
  EXPECT_EQ(store->executions().list({}, {}).total, 1);
  Execution changed = addExecution(parent);
  changed.status = ExecutionStatus::Failed;
  EXPECT_EQ(codeOf([&] { store->executions().save(changed, begun()); }), ErrorCode::Conflict);
  EXPECT_EQ(store->executions().get(changed.id).status, ExecutionStatus::Running);
}

TEST_F(ExecutionStoreTest, LeavesTheMigrationWhereItIs_WhenItCannotBeAddedOrSaved) {
  const Execution made = addExecution(parent);
  EXPECT_EQ(codeOf([&] { store->executions().add(made, begun()); }), ErrorCode::Conflict);
  EXPECT_EQ(codeOf([&] { store->executions().save(execution(parent), begun()); }), ErrorCode::NotFound);
  EXPECT_EQ(store->migrations().get(parent.id).status, MigrationStatus::Draft);
}

TEST_F(ExecutionStoreTest, ListsNewestFirstWithoutWhatIsBig) {
  const Execution older = full(execution(parent));
  store->executions().add(older);
  const Execution newer = addExecution(parent);
  const auto page = store->executions().list({}, {});
  EXPECT_EQ(page.total, 2);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].id, newer.id);
  EXPECT_EQ(page.items[1].id, older.id);
  EXPECT_TRUE(page.items[1].migrationScript.empty());
  EXPECT_FALSE(page.items[1].rollbackScript);
  EXPECT_TRUE(page.items[1].schemaBefore.empty());
  EXPECT_TRUE(page.items[1].schemaAfter.empty());
  ASSERT_TRUE(page.items[1].baseline);
  EXPECT_TRUE(page.items[1].baseline->queries.empty());
  EXPECT_EQ(page.items[1].baseline->snapshot.avgQueryLatencyMs, 1.5);
  EXPECT_EQ(page.items[1].phases.size(), 2U);
}

TEST_F(ExecutionStoreTest, FiltersAndCountsExactly) {
  const Migration second = addMigration(addDatabase("other").id, "m");
  for (int i = 0; i < 12; ++i) {
    addExecution(i % 3 == 0 ? second : parent, i % 2 == 0 ? ExecutionStatus::Succeeded : ExecutionStatus::Running);
  }
  auto& executions = store->executions();
  EXPECT_EQ(executions.list({.migration = second.id, .database = {}, .status = {}}, {}).total, 4);
  EXPECT_EQ(executions.list({.migration = {}, .database = parent.targetDatabaseId, .status = {}}, {}).total, 8);
  EXPECT_EQ(executions.list({.migration = {}, .database = {}, .status = ExecutionStatus::Running}, {}).total, 6);
  const auto both = executions.list({.migration = second.id, .database = {}, .status = ExecutionStatus::Running},
                                    {.limit = 1, .offset = 1});
  EXPECT_EQ(both.total, 2);
  EXPECT_EQ(both.items.size(), 1U);
  EXPECT_TRUE(executions.list({}, {.limit = 5, .offset = 50}).items.empty());
}

TEST_F(ExecutionStoreTest, GivesTheUnfinishedOldestFirstWithEverything) {
  const Execution running = full(execution(parent));
  store->executions().add(running);
  for (const auto status : {ExecutionStatus::Succeeded, ExecutionStatus::Pending, ExecutionStatus::Failed,
                            ExecutionStatus::Paused, ExecutionStatus::RolledBack}) {
    addExecution(parent, status);
  }
  const auto unfinished = store->executions().unfinished();
  ASSERT_EQ(unfinished.size(), 3U);
  expectSame(unfinished[0], running);
  EXPECT_EQ(unfinished[1].status, ExecutionStatus::Pending);
  EXPECT_EQ(unfinished[2].status, ExecutionStatus::Paused);
}

TEST_F(ExecutionStoreTest, KeepsTheFirstCancelReason) {
  const auto made = addExecution(parent);
  EXPECT_TRUE(store->executions().requestCancel(made.id, "first"));
  EXPECT_TRUE(store->executions().requestCancel(made.id, "second"));
  EXPECT_EQ(store->executions().get(made.id).cancelReason, "first");
}

TEST_F(ExecutionStoreTest, CancelsNothingThatIsTerminal) {
  for (const auto status : {ExecutionStatus::Succeeded, ExecutionStatus::Failed, ExecutionStatus::RolledBack}) {
    const auto made = addExecution(parent, status);
    EXPECT_FALSE(store->executions().requestCancel(made.id, "late"));
    EXPECT_FALSE(store->executions().get(made.id).cancelReason);
  }
}

TEST_F(ExecutionStoreTest, NeverLosesACancelReasonToASaveAtTheSameTime) {
  const auto made = addExecution(parent);
  std::atomic<bool> stop = false;
  std::jthread saver([&] {
    while (!stop) store->executions().save(made);
  });
  EXPECT_TRUE(store->executions().requestCancel(made.id, "stop"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(store->executions().get(made.id).cancelReason, "stop");
  stop = true;
}

TEST_F(ExecutionStoreTest, NumbersStepsFromOneForEachExecution) {
  const auto first = addExecution(parent);
  const auto second = addExecution(parent);
  EXPECT_EQ(store->executions().beginStep(step(first.id)), 1);
  EXPECT_EQ(store->executions().beginStep(step(first.id)), 2);
  EXPECT_EQ(store->executions().beginStep(step(second.id)), 1);
}

TEST_F(ExecutionStoreTest, RecordsAStepBeforeWhileAndAfter) {
  const auto made = addExecution(parent);
  Step begun = step(made.id, StepKind::Undo);
  begun.unit = 3;
  const int sequence = store->executions().beginStep(begun);
  store->executions().setEvidence(made.id, sequence, "tx 815");
  auto steps = store->executions().steps(made.id);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].executionId, made.id);
  EXPECT_EQ(steps[0].kind, StepKind::Undo);
  EXPECT_EQ(steps[0].instance, "primary");
  EXPECT_EQ(steps[0].unit, 3);
  EXPECT_EQ(steps[0].state, StepState::Started);
  EXPECT_EQ(steps[0].evidence, "tx 815");
  EXPECT_EQ(steps[0].startedAt, begun.startedAt);
  EXPECT_FALSE(steps[0].finishedAt);
  const TimePoint end = clock.now() + Milliseconds(9);
  store->executions().endStep(made.id, sequence, StepState::Failed, "refused", end);
  steps = store->executions().steps(made.id);
  EXPECT_EQ(steps[0].state, StepState::Failed);
  EXPECT_EQ(steps[0].outcome, "refused");
  EXPECT_EQ(steps[0].evidence, "tx 815");
  EXPECT_EQ(steps[0].finishedAt, end);
  EXPECT_EQ(codeOf([&] { store->executions().setEvidence(made.id, 2, "x"); }), ErrorCode::NotFound);
}

TEST_F(ExecutionStoreTest, GivesTheLogAfterASequenceNumber) {
  const auto made = addExecution(parent);
  const auto other = addExecution(parent);
  store->executions().appendLog({.executionId = other.id, .message = "not this"});
  for (int i = 1; i <= 10; ++i) {
    LogEntry entry{.executionId = made.id, .timestamp = clock.now(), .level = "info", .message = std::to_string(i)};
    if (i == 7) {
      entry.sqlStatement = "SELECT 1";
      entry.instance = "primary";
      entry.duration = Milliseconds(12);
      entry.rowsAffected = 0;
    }
    EXPECT_EQ(store->executions().appendLog(entry), i);
  }
  const auto page = store->executions().log(made.id, 5, {.limit = 2, .offset = 1});
  EXPECT_EQ(page.total, 5);
  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].sequence, 7);
  EXPECT_EQ(page.items[0].message, "7");
  EXPECT_EQ(page.items[0].sqlStatement, "SELECT 1");
  EXPECT_EQ(page.items[0].instance, "primary");
  EXPECT_EQ(page.items[0].duration, Milliseconds(12));
  EXPECT_EQ(page.items[0].rowsAffected, 0);
  EXPECT_EQ(page.items[0].level, "info");
  EXPECT_EQ(page.items[0].timestamp, clock.now());
  EXPECT_EQ(page.items[1].duration, std::nullopt);
  EXPECT_EQ(page.items[1].rowsAffected, std::nullopt);
  EXPECT_EQ(store->executions().log(made.id, 10, {}).total, 0);
}

}  // namespace
}  // namespace hotswap::store
