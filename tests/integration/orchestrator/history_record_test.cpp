#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;

constexpr const char* entries =
    "select kind, version, description, state, applied_by <> '', checksum like '1:%' from schema_version";

TEST(HistoryRecord, ShowsWhatTheServiceHasApplied_AndThatItWasRolledBackByHand) {
  Stage stage;
  const auto database = stage.database();
  const auto migration = stage.migration(database, "create table t (id int)", "drop table t");
  const Execution execution = stage.execute(migration);
  ASSERT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(execution.id);
  EXPECT_EQ(stage.sql(database, entries),
            "orchestrated|" + migration.id.text() + "|" + migration.name + "|applied|t|t");
  const Execution undone =
      stage.orchestrator().rollback(execution.id, "not wanted", Stage::actor, std::chrono::minutes(1));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << stage.logText(execution.id);
  EXPECT_THAT(stage.logText(execution.id), testing::Not(HasSubstr("others have changed")));
  EXPECT_EQ(stage.sql(database, "select state from schema_version"), "rolled_back");
  EXPECT_EQ(stage.sql(database, "select count(*) from schema_version_log"), "2");
}

TEST(HistoryRecord, HoldsNothing_OfWhatWasRolledBackByItself) {
  Stage stage;
  const auto database = stage.database();
  const auto id = stage.watching(stage.migration(database, "create table t (id int)", "drop table t"));
  ASSERT_EQ(stage.cancel(id).status, ExecutionStatus::RolledBack);
  EXPECT_FALSE(stage.has(database, "schema_version"));
}

TEST(HistoryRecord, ThatCantBeWritten_FailsNothing) {
  Stage stage;
  const auto database = stage.database("create table schema_version (installed_rank int, script text)");
  const auto migration = stage.migration(database, "create table t (id int)", "drop table t");
  const Execution execution = stage.execute(migration);
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded);
  EXPECT_THAT(stage.logText(execution.id), HasSubstr("could not be written"));
}

}  // namespace
}  // namespace hotswap::orchestrator
