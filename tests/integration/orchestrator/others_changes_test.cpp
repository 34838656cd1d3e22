// The schema of a busy database is also changed by others, between the end of a migration and its way back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"

namespace hotswap::orchestrator {
namespace {

TEST(OthersChanges, AreLeftAloneAndNamed_WhenASuccessIsUndoneLater) {
  Stage stage;
  const auto database = stage.database();
  const Execution done = stage.execute(stage.migration(database, "create table t (id int)", "drop table t"));
  ASSERT_EQ(done.status, ExecutionStatus::Succeeded) << done.errorMessage;
  stage.sql(database, "create table readings_2027 (id int)");
  const Execution undone = stage.orchestrator().rollback(done.id, "", Stage::actor, std::chrono::minutes(1));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << undone.rollback->error;
  EXPECT_TRUE(undone.rollback->verified);
  EXPECT_TRUE(stage.logged(done.id, "table public.readings_2027 was made by somebody else")) << stage.logText(done.id);
  EXPECT_FALSE(stage.has(database, "t"));
  EXPECT_TRUE(stage.has(database, "readings_2027"));
}

TEST(OthersChanges, AreToldApartFromTheMigrations_AlsoByAProcessThatTakesItUp) {
  Stage stage;
  const auto database = stage.database();
  const Migration migration = stage.migration(database, "create table t (id int)", "drop table t");
  const ExecutionId id = stage.watching(migration);
  stage.sql(database, "create table readings_2027 (id int)");
  stage.orchestrator().stop(Milliseconds(0));
  stage.restart();
  const Execution undone = stage.cancel(id, "not wanted");
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << undone.rollback->error;
  EXPECT_TRUE(stage.logged(id, "table public.readings_2027 was made by somebody else")) << stage.logText(id);
}

}  // namespace
}  // namespace hotswap::orchestrator
