#include "orchestrator/interruption.h"

#include <gtest/gtest.h>

namespace hotswap::orchestrator {
namespace {

TEST(Interruption, KeepsTheFirstCause) {
  Interruption interruption;
  interruption.request(StopCause::Breach, "slow");
  interruption.request(StopCause::Cancelled, "bored");
  ASSERT_TRUE(interruption.requested());
  EXPECT_EQ(interruption.requested()->cause, StopCause::Breach);
  EXPECT_EQ(interruption.requested()->message, "slow");
  EXPECT_TRUE(interruption.token().stop_requested());
}

TEST(Interruption, GivesWayToTheWayBack_WhenOnlyTheProcessEnds) {
  Interruption interruption;
  interruption.request(StopCause::ServiceEnds, "stopping");
  interruption.request(StopCause::Cancelled, "enough");
  EXPECT_EQ(interruption.requested()->cause, StopCause::Cancelled);
}

TEST(Interruption, StopsNothing_WhenItIsForTheNextEdge) {
  Interruption interruption;
  interruption.requestAtEdge();
  EXPECT_TRUE(interruption.stopsAtEdge());
  EXPECT_FALSE(interruption.requested());
  EXPECT_FALSE(interruption.token().stop_requested());
}

TEST(Interruption, RefusesARequest_WhenAllIsDone) {
  Interruption interruption;
  EXPECT_TRUE(interruption.close());
  EXPECT_FALSE(interruption.request(StopCause::Cancelled, "too late"));
  EXPECT_FALSE(interruption.requested());
  EXPECT_FALSE(interruption.token().stop_requested());
}

TEST(Interruption, DoesNotClose_WhenTheWayBackWasAskedForBefore) {
  Interruption interruption;
  EXPECT_TRUE(interruption.request(StopCause::Cancelled, "in time"));
  EXPECT_FALSE(interruption.close());
  EXPECT_EQ(interruption.stage(), Interruption::Stage::Forward);
}

TEST(Interruption, Closes_WhenOnlyTheProcessEnds) {
  Interruption interruption;
  interruption.request(StopCause::ServiceEnds, "stopping");
  EXPECT_TRUE(interruption.close());
}

TEST(Interruption, StopsTheWayBack_OnlyWhenTheProcessEndsOrItTakesTooLong) {
  Interruption ends;
  ends.request(StopCause::Cancelled, "enough");
  ends.beginWayBack();
  EXPECT_FALSE(ends.request(StopCause::Cancelled, "again"));
  EXPECT_FALSE(ends.wayBackToken().stop_requested());
  EXPECT_TRUE(ends.request(StopCause::ServiceEnds, "stopping"));
  EXPECT_TRUE(ends.wayBackToken().stop_requested());
  EXPECT_TRUE(ends.serviceEnds());
  EXPECT_EQ(ends.requested()->cause, StopCause::Cancelled);

  Interruption overdue;
  overdue.beginWayBack();
  overdue.stopWayBack();
  EXPECT_TRUE(overdue.wayBackToken().stop_requested());
  EXPECT_FALSE(overdue.serviceEnds());
}

TEST(Interruption, EndsPauses_WhenTheProcessIsToEnd_AndNotWhenItIsCancelled) {
  Interruption interruption;
  interruption.request(StopCause::Cancelled, "enough");
  EXPECT_FALSE(interruption.serviceToken().stop_requested());
  interruption.requestAtEdge();
  EXPECT_TRUE(interruption.serviceToken().stop_requested());
}

}  // namespace
}  // namespace hotswap::orchestrator
