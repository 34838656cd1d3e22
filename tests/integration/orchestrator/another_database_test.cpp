// A registration that leads elsewhere than it did when the execution was begun.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stage.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AnotherDatabase, IsSentNothing_WhenTheRegistrationWasChangedBeforeTheRollback) {
  Stage stage;
  auto database = stage.database();
  const auto other = stage.database("create table t (id int); insert into t values (1)");
  const Execution done = stage.execute(stage.migration(database, "create table t (id int)", "drop table t"));
  ASSERT_EQ(done.status, ExecutionStatus::Succeeded) << stage.logText(done.id);
  const auto original = stage.store().databases().get(database.id);
  auto changed = original;
  changed.masterConnectionString = support::sharedCluster().uri(other.name);
  changed = stage.store().databases().update(changed);
  stage.orchestrator().rollback(done.id, "not wanted", Stage::actor, std::chrono::minutes(1));
  const Execution refused = stage.orchestrator().wait(done.id, std::chrono::minutes(1));
  EXPECT_EQ(refused.status, ExecutionStatus::Failed) << stage.logText(done.id);
  EXPECT_THAT(refused.rollback->error, HasSubstr("another database"));
  EXPECT_EQ(stage.sql(other, "select count(*) from t"), "1");

  changed.masterConnectionString = original.masterConnectionString;
  stage.store().databases().update(changed);
  stage.orchestrator().rollback(done.id, "not wanted", Stage::actor, std::chrono::minutes(1));
  const Execution undone = stage.orchestrator().wait(done.id, std::chrono::minutes(1));
  EXPECT_EQ(undone.status, ExecutionStatus::RolledBack) << stage.logText(done.id);
  EXPECT_TRUE(undone.rollback->verified);
}

TEST(Secrets, OfAServersWordsGetIntoNothingThatIsTold) {
  Stage stage;
  const auto database = stage.database();
  const Execution failed = stage.execute(
      stage.migration(database, "do $$ begin raise 'no way to host=x password=DoSecret99 user=y'; end $$", "select 1"));
  EXPECT_THAT(failed.errorMessage, HasSubstr("no way to host=x"));
  EXPECT_THAT(failed.errorMessage, Not(HasSubstr("DoSecret99")));
  EXPECT_THAT(failed.rollback->reason, Not(HasSubstr("DoSecret99")));
  EXPECT_THAT(stage.logText(failed.id), Not(HasSubstr("DoSecret99")));
  for (const Step& step : stage.store().executions().steps(failed.id)) {
    EXPECT_THAT(step.outcome, Not(HasSubstr("DoSecret99")));
  }
}

}  // namespace
}  // namespace hotswap::orchestrator
