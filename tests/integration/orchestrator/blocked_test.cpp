// An execution whose statement has to wait for somebody else's transaction, while the application goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "stage.h"

namespace hotswap::orchestrator {
namespace {

using testing::HasSubstr;
using testing::Not;

std::unique_ptr<db::Session> applicationSession(const DatabaseTarget& database) {
  return db::postgres::makeEngine()->connect(support::sharedCluster().connection(database.name), "shop",
                                             std::chrono::seconds(20));
}

TEST(Blocked, SucceedsOnceTheBlockerIsGone_ThoughTheApplicationHadToQueueBehindItsAttempts) {
  OrchestratorSettings settings = Stage::quick();
  settings.run.lockTimeout = settings.run.longestBlocking = Milliseconds(2000);
  Stage stage(settings);
  const auto database = stage.database("create table orders (id int); insert into orders values (1)");
  auto options = Stage::brief();
  options.watch.baseline = Seconds(3);
  options.watch.window = Seconds(2);
  std::vector<std::jthread> traffic;
  for (int i = 0; i < 3; ++i) {
    traffic.emplace_back([&database](const std::stop_token& stop) {
      const auto session = applicationSession(database);
      SystemClock clock;
      while (clock.waitFor(Milliseconds(10), stop)) session->query("select count(*) from orders");
    });
  }
  const auto blocker = applicationSession(database);
  blocker->begin();
  blocker->query("select * from orders");
  const auto pending = stage.orchestrator().submit(
      stage.migration(database, "alter table orders add column note text", "alter table orders drop column note"),
      options, Stage::actor);
  // By the third attempt the application has queued for longer than the window of a breach.
  ASSERT_TRUE(stage.logged(pending.id, "attempt 3 is undone")) << stage.logText(pending.id);
  blocker->rollback();
  const Execution execution = stage.orchestrator().wait(pending.id, std::chrono::minutes(2));
  EXPECT_EQ(execution.status, ExecutionStatus::Succeeded) << stage.logText(execution.id);
  EXPECT_THAT(stage.logText(execution.id), Not(HasSubstr("rolling back")));
}

}  // namespace
}  // namespace hotswap::orchestrator
