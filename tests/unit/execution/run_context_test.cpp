#include "execution/run_context.h"

#include <gtest/gtest.h>

namespace hotswap::execution {

namespace {

constexpr Milliseconds none{0};

db::SessionLimits limits(db::LockClass lockClass, bool transactional) {
  db::Statement statement;
  statement.lockClass = lockClass;
  statement.transactional = transactional;
  return limitsFor(statement, {});
}

}  // namespace

TEST(LimitsFor, BoundsBothTheWaitAndTheRun_WhenTheLockIsStrong) {
  for (const bool transactional : {true, false}) {
    EXPECT_EQ(limits(db::LockClass::Strong, transactional).lock, Milliseconds(5000));
    EXPECT_EQ(limits(db::LockClass::Strong, transactional).statement, Milliseconds(30'000));
  }
}

TEST(LimitsFor, BoundsNothing_WhenABuildRunsAloneUnderAWeakLock) {
  EXPECT_EQ(limits(db::LockClass::Weak, false).lock, none);
  EXPECT_EQ(limits(db::LockClass::Weak, false).statement, none);
}

TEST(LimitsFor, BoundsTheWait_WhenAWeakLockIsTakenInATransactionThatMayHoldOthers) {
  EXPECT_EQ(limits(db::LockClass::Weak, true).lock, Milliseconds(5000));
  EXPECT_EQ(limits(db::LockClass::Weak, true).statement, none);
}

TEST(LimitsFor, BoundsTheWaitButNotTheRun_WhenRowsAreChanged) {
  EXPECT_EQ(limits(db::LockClass::Data, true).lock, Milliseconds(5000));
  EXPECT_EQ(limits(db::LockClass::Data, true).statement, none);
}

TEST(LimitsFor, BoundsIdlenessInATransaction_WhateverTheStatement) {
  for (const auto lockClass : {db::LockClass::Strong, db::LockClass::Weak, db::LockClass::Data, db::LockClass::None}) {
    EXPECT_EQ(limits(lockClass, true).idleInTransaction, Milliseconds(60'000));
  }
}

TEST(SetsSession, KnowsWhatHoldsForLaterStatements) {
  db::Statement statement;
  for (const char* kind : {"SET", "RESET", "DISCARD"}) {
    statement.kind = kind;
    EXPECT_TRUE(setsSession(statement)) << kind;
  }
  for (const char* kind : {"SELECT", "ALTER TABLE", "CREATE INDEX", ""}) {
    statement.kind = kind;
    EXPECT_FALSE(setsSession(statement)) << kind;
  }
}

}  // namespace hotswap::execution
