#include "orchestrator/takeover.h"

#include <algorithm>

namespace hotswap::orchestrator {

namespace {

const Step* lastOf(const std::vector<Step>& steps, StepKind kind) {
  const auto found = std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) {
    return step.kind == kind && (kind != StepKind::Undo || step.unit >= 0);
  });
  return found == steps.rend() ? nullptr : &*found;
}

bool isDone(const Step* step) { return step != nullptr && step->state == StepState::Done; }

/// How many units at the front of a script are recorded as done.
std::size_t unitsDone(const std::vector<Step>& steps, StepKind kind) {
  std::size_t done = 0;
  for (const Step& step : steps) {
    if (step.kind == kind && step.state == StepState::Done && step.unit >= 0) {
      done = std::max(done, static_cast<std::size_t>(step.unit) + 1);
    }
  }
  return done;
}

/// The unit that was begun and of which nothing more is known, if there is one.
const Step* openUnit(const std::vector<Step>& steps, StepKind kind) {
  const Step* last = lastOf(steps, kind);
  return last != nullptr && last->state == StepState::Started && last->unit >= 0 ? last : nullptr;
}

std::string wayBackReason(const Execution& execution) {
  if (execution.rollback) return execution.rollback->reason;
  return execution.cancelReason.value_or("");
}

}  // namespace

ResumePoint resumePoint(const Execution& execution, const std::vector<Step>& steps, std::size_t units) {
  using What = ResumePoint::What;
  ResumePoint point;
  point.applied = unitsDone(steps, StepKind::Apply);

  // What was begun comes first: whether the way back has something to undo hangs on it.
  if (const Step* open = openUnit(steps, StepKind::Apply)) {
    point.what = What::SettleApply;
    point.unit = static_cast<std::size_t>(open->unit);
    point.evidence = open->evidence;
    point.step = open->sequence;
    return point;
  }
  const bool backBegun = execution.rollback && !execution.rollback->completedAt;
  if (backBegun || execution.cancelReason) {
    point.reason = wayBackReason(execution);
    point.unit = unitsDone(steps, StepKind::Undo);
    point.what = What::Undo;
    if (const Step* open = openUnit(steps, StepKind::Undo)) {
      point.what = What::SettleUndo;
      point.unit = static_cast<std::size_t>(open->unit);
      point.evidence = open->evidence;
      point.step = open->sequence;
    }
    return point;
  }
  if (!isDone(lastOf(steps, StepKind::Prepare))) return point;
  const Step* lastApply = lastOf(steps, StepKind::Apply);
  if (lastApply != nullptr && (lastApply->state == StepState::Failed || lastApply->state == StepState::Unknown)) {
    point.what = What::Undo;
    point.reason = lastApply->outcome;
  } else if (point.applied < units) {
    point.what = What::Apply;
    point.unit = point.applied;
  } else if (!isDone(lastOf(steps, StepKind::Watch))) {
    point.what = What::Watch;
  } else if (!isDone(lastOf(steps, StepKind::Verify))) {
    point.what = What::Verify;
  } else {
    point.what = What::Finish;
  }
  return point;
}

}  // namespace hotswap::orchestrator
