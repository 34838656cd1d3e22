// The last word on an execution, and what becomes of it when the store doesn't take it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"
#include "support/eventually.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Which write the store refuses.
class RefusedEnd : public testing::TestWithParam<const char*> {};

TEST_P(RefusedEnd, IsSaidAgainAsAWhole_AndIsNoReasonToUndo) {
  Stage stage;
  const auto database = stage.database();
  stage.breakStore(GetParam());
  const auto id = stage.submit(stage.migration(database, "create table t (id int)", "drop table t"));
  ASSERT_TRUE(stage.logged(id, "succeeded after")) << stage.logText(id);
  const Execution refused = stage.store().executions().get(id);
  EXPECT_EQ(refused.status, ExecutionStatus::Running);
  EXPECT_EQ(stage.store().migrations().get(refused.migrationId).status, MigrationStatus::InProgress);
  stage.mendStore();
  EXPECT_EQ(stage.end(id).status, ExecutionStatus::Succeeded) << stage.logText(id);
  EXPECT_EQ(stage.store().migrations().get(refused.migrationId).status, MigrationStatus::Succeeded);
  EXPECT_EQ(stage.store().audit().list({.event = "execution.succeeded"}, {}).total, 1);
  EXPECT_TRUE(stage.has(database, "t"));
  EXPECT_THAT(stage.logText(id), Not(HasSubstr("rolling back")));
}

INSTANTIATE_TEST_SUITE_P(Writes, RefusedEnd,
                         testing::Values("BEFORE UPDATE ON executions WHEN NEW.status = 'Succeeded'",
                                         "BEFORE UPDATE ON migrations WHEN NEW.status = 'Succeeded'",
                                         "BEFORE INSERT ON audit"));

TEST(End, IsTheLastWrite_BecauseARollbackMayBeAskedForFromThenOn) {
  Stage stage;
  stage.breakStore("BEFORE UPDATE ON executions WHEN OLD.status = 'Succeeded'");
  EXPECT_EQ(stage.execute(stage.migration(stage.database(), "create table t (id int)")).status,
            ExecutionStatus::Succeeded);
  EXPECT_TRUE(support::eventually(
      [&] { return stage.metrics().exposition().find("migrations_succeeded_total 1\n") != std::string::npos; }));
}

}  // namespace
}  // namespace hotswap::orchestrator
