#include "orchestrator/takeover.h"

#include <gtest/gtest.h>

namespace hotswap::orchestrator {
namespace {

using What = ResumePoint::What;

Step step(int sequence, StepKind kind, StepState state, int unit = -1, std::string evidence = "",
          std::string outcome = "") {
  Step result;
  result.sequence = sequence;
  result.kind = kind;
  result.state = state;
  result.unit = unit;
  result.evidence = std::move(evidence);
  result.outcome = std::move(outcome);
  return result;
}

Execution rollingBack() {
  Execution execution;
  execution.rollback = RollbackRecord{.reason = "too slow"};
  return execution;
}

TEST(Takeover, BeginsWithPreparing_WhenTheJournalIsEmpty) { EXPECT_EQ(resumePoint({}, {}, 2).what, What::Prepare); }

TEST(Takeover, PreparesAgain_WhenPreparingWasCutOff) {
  EXPECT_EQ(resumePoint({}, {step(1, StepKind::Prepare, StepState::Started)}, 2).what, What::Prepare);
}

TEST(Takeover, AppliesTheFirstUnit_WhenPrepared) {
  const auto point = resumePoint({}, {step(1, StepKind::Prepare, StepState::Done)}, 2);
  EXPECT_EQ(point.what, What::Apply);
  EXPECT_EQ(point.unit, 0U);
}

TEST(Takeover, SettlesTheUnit_WhenItWasBegunAndNothingMoreIsKnown) {
  const auto point =
      resumePoint({},
                  {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                   step(3, StepKind::Apply, StepState::Started, 1, "4711")},
                  2);
  EXPECT_EQ(point.what, What::SettleApply);
  EXPECT_EQ(point.unit, 1U);
  EXPECT_EQ(point.evidence, "4711");
  EXPECT_EQ(point.step, 3);
  EXPECT_EQ(point.applied, 1U);
}

TEST(Takeover, SettlesTheUnitFirst_WhenACancelCameWhileItRan) {
  Execution execution;
  execution.cancelReason = "enough";
  const auto point = resumePoint(
      execution, {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Started, 0)}, 1);
  EXPECT_EQ(point.what, What::SettleApply);
}

TEST(Takeover, GoesOnWithTheNextUnit_WhenTheOnesBeforeAreDone) {
  const auto point =
      resumePoint({}, {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0)}, 3);
  EXPECT_EQ(point.what, What::Apply);
  EXPECT_EQ(point.unit, 1U);
}

TEST(Takeover, GoesBack_WhenAUnitHasFailed) {
  const auto point =
      resumePoint({},
                  {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                   step(3, StepKind::Apply, StepState::Failed, 1, "", "no such table")},
                  3);
  EXPECT_EQ(point.what, What::Undo);
  EXPECT_EQ(point.reason, "no such table");
  EXPECT_EQ(point.applied, 1U);
}

TEST(Takeover, RunsAUnitAgain_WhenItIsKnownNotToHaveHappened) {
  const auto point =
      resumePoint({},
                  {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                   step(3, StepKind::Apply, StepState::Interrupted, 1)},
                  3);
  EXPECT_EQ(point.what, What::Apply);
  EXPECT_EQ(point.unit, 1U);
}

TEST(Takeover, Watches_WhenAllUnitsAreDone) {
  EXPECT_EQ(
      resumePoint({}, {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0)}, 1)
          .what,
      What::Watch);
}

TEST(Takeover, WatchesAgain_WhenTheWatchWasCutOff) {
  EXPECT_EQ(resumePoint({},
                        {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                         step(3, StepKind::Watch, StepState::Started)},
                        1)
                .what,
            What::Watch);
}

TEST(Takeover, Verifies_WhenTheWatchIsOver) {
  EXPECT_EQ(resumePoint({},
                        {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                         step(3, StepKind::Watch, StepState::Done)},
                        1)
                .what,
            What::Verify);
}

TEST(Takeover, Finishes_WhenVerified) {
  EXPECT_EQ(resumePoint({},
                        {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                         step(3, StepKind::Watch, StepState::Done), step(4, StepKind::Verify, StepState::Done)},
                        1)
                .what,
            What::Finish);
}

TEST(Takeover, GoesBack_WhenACancelWasAskedFor) {
  Execution execution;
  execution.cancelReason = "enough";
  const auto point = resumePoint(
      execution, {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0)}, 1);
  EXPECT_EQ(point.what, What::Undo);
  EXPECT_EQ(point.unit, 0U);
  EXPECT_EQ(point.reason, "enough");
}

TEST(Takeover, GoesOnWithTheWayBack_WhenItHadBegun) {
  const auto point =
      resumePoint(rollingBack(),
                  {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                   step(3, StepKind::Undo, StepState::Done, 0)},
                  1);
  EXPECT_EQ(point.what, What::Undo);
  EXPECT_EQ(point.unit, 1U);
  EXPECT_EQ(point.reason, "too slow");
}

TEST(Takeover, SettlesTheWayBack_WhenOneOfItsUnitsWasCutOff) {
  const auto point =
      resumePoint(rollingBack(),
                  {step(1, StepKind::Prepare, StepState::Done), step(2, StepKind::Apply, StepState::Done, 0),
                   step(3, StepKind::Undo, StepState::Started, 0, "99")},
                  1);
  EXPECT_EQ(point.what, What::SettleUndo);
  EXPECT_EQ(point.evidence, "99");
}

TEST(Takeover, GoesForward_WhenAnEarlierWayBackWasFinished) {
  Execution execution = rollingBack();
  execution.rollback->completedAt = TimePoint(Milliseconds(1));
  EXPECT_EQ(resumePoint(execution, {}, 1).what, What::Prepare);
}

TEST(Takeover, WatchesAtOnce_WhenTheScriptHasNoUnits) {
  EXPECT_EQ(resumePoint({}, {step(1, StepKind::Prepare, StepState::Done)}, 0).what, What::Watch);
}

}  // namespace
}  // namespace hotswap::orchestrator
