// Others' locks on a whole database: they are waited for, and it is said for whom.
#include "versioned/lock_patience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "execution/run_errors.h"
#include "project.h"

namespace hotswap::versioned {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Does something as soon as it hears that somebody is waited for.
class Interested final : public Observer {
 public:
  void waitingFor(const db::LockHolder& holder) override {
    heard.push_back(holder.application);
    if (onWaiting) onWaiting();
  }
  void said(const std::string& /*level*/, const std::string& message) override {
    heard.push_back(message);
    if (onWaiting) onWaiting();
  }
  std::vector<std::string> heard;
  std::function<void()> onWaiting;
};

class LockPatience : public testing::Test, public Project {
 protected:
  LockPatience() : Project(DatabaseType::SQLite) {
    write("0001_users.up.sql", "create table users (id int);");
    up();
    other->execute("begin exclusive");
    lockPatience = Milliseconds(60'000);
  }

  [[nodiscard]] Workplace interestedPlace() {
    return {.engine = engine(),
            .connection = connection(),
            .historySchema = {},
            .who = "tester@here",
            .applicationName = "hotswap migrate interested",
            .settings = settings,
            .lockPatience = lockPatience,
            .clock = clock,
            .random = random,
            .observer = interested,
            .stop = stop.get_token()};
  }

  Interested interested;
  std::unique_ptr<db::Session> other = engine().connect(connection(), "hotswap migrate other", Milliseconds(5000));
};

TEST_F(LockPatience, ReadsTheHistory_AsSoonAsTheOtherProgramHasEnded) {
  interested.onWaiting = [&] { other->execute("rollback"); };
  const Workplace here = interestedPlace();
  HistorySession history(here);
  EXPECT_EQ(history.entries().size(), 1U);
  EXPECT_EQ(history.attempts().size(), 1U);
  EXPECT_THAT(interested.heard, ElementsAre(HasSubstr("another program has locked the database")));
}

TEST_F(LockPatience, SaysWhichHotSwapIsWaitedFor) {
  ASSERT_FALSE(engine().tryLockDatabase(*other));
  interested.onWaiting = [&] { other->execute("rollback"); };
  const Workplace here = interestedPlace();
  HistorySession history(here);
  EXPECT_EQ(history.entries().size(), 1U);
  EXPECT_THAT(interested.heard, ElementsAre(HasSubstr("hotswap migrate other")));
}

TEST_F(LockPatience, EndsAfterItsTime) {
  lockPatience = Milliseconds(100);
  const Workplace here = interestedPlace();
  const auto begun = clock.steadyNow();
  try {
    const HistorySession history(here);
    FAIL() << "a locked database was read";
  } catch (const db::SqlError& error) {
    EXPECT_EQ(error.kind(), db::SqlErrorKind::LockTimeout);
  }
  EXPECT_GE(clock.steadyNow() - begun, lockPatience);
  ASSERT_FALSE(engine().tryLockDatabase(*other));
  try {
    const HistorySession history(here);
    FAIL() << "a locked database was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_THAT(error.what(), HasSubstr("hotswap migrate other"));
  }
}

TEST_F(LockPatience, EndsAtOnce_WhenAStopIsAskedFor) {
  interested.onWaiting = [&] { stop.request_stop(); };
  const Workplace here = interestedPlace();
  EXPECT_THROW(HistorySession{here}, execution::Stopped);
}

TEST_F(LockPatience, KeepsTheLockOfTheDatabase_WhileItWaits) {
  other->execute("rollback");
  other->execute("begin immediate");
  std::string holder;
  interested.onWaiting = [&] {
    const auto third = engine().connect(connection(), "third", Milliseconds(5000));
    if (const auto found = engine().tryLockDatabase(*third)) holder = found->application;
    other->execute("rollback");
  };
  const Workplace here = interestedPlace();
  EXPECT_EQ(baseline(here, folder(), *Version::parse("5")).version, "5");
  EXPECT_THAT(holder, HasSubstr("hotswap migrate interested"));
  EXPECT_EQ(interested.heard.size(), 1U);
}

TEST_F(LockPatience, LeavesOtherErrorsAlone) {
  other->execute("rollback");
  const Workplace here = interestedPlace();
  HistorySession history(here);
  EXPECT_THROW(workPatiently(here, history.session(), false, [&] { history.session().query("select nothing"); }),
               db::SqlError);
  EXPECT_THAT(interested.heard, IsEmpty());
}

}  // namespace
}  // namespace hotswap::versioned
