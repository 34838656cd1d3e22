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

}  // namespace
}  // namespace hotswap::orchestrator
