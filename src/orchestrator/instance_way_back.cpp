#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "execution/row_account.h"
#include "execution/unit_outcome.h"
#include "orchestrator/instance_rollout.h"

// The way back on one instance, and what has to be settled before it, or before a process that takes over goes on.
namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds sessionEndPatience{30'000};

std::string endedSentence(const std::string& text) { return text.ends_with('.') ? text : text + "."; }

}  // namespace

ResumePoint InstanceRollout::settledPoint(const std::stop_token& stop) {
  using What = ResumePoint::What;
  ResumePoint point = resumePoint(parts_.record.get(), steps(), units_.size());
  if (point.what == What::SettleApply) {
    settle(point, StepKind::Apply, stop);
    point = resumePoint(parts_.record.get(), steps(), units_.size());
  }
  if (point.what == What::SettleUndo) {
    settle(point, StepKind::Undo, stop);
    point = resumePoint(parts_.record.get(), steps(), units_.size());
  }
  return point;
}

void InstanceRollout::settle(const ResumePoint& point, StepKind kind, const std::stop_token& stop) {
  parts_.record.warning(fmt::format(
      "unit {} was under way when the run was interrupted; the database is asked what became of it", point.unit + 1));
  const auto session = connectPatiently(stop);
  const int ended = parts_.engine.sessionWatch().endSessions(*session, applicationName(), sessionEndPatience);
  if (ended > 0) parts_.record.info(fmt::format("ended {} left-over session(s) of this execution", ended));
  const db::ParsedScript script =
      kind == StepKind::Apply ? script_ : parts_.engine.script().parse(parts_.record.get().rollbackScript.value_or(""));
  const auto units = db::planUnits(script.statements);
  switch (execution::unitOutcome(parts_.engine, *session, script, units.at(point.unit), point.evidence)) {
    case execution::UnitOutcome::Done:
      parts_.record.endStep(point.step, StepState::Done, "found done after an interruption");
      parts_.record.info(fmt::format("unit {} was done", point.unit + 1));
      return;
    case execution::UnitOutcome::NotDone:
      parts_.record.endStep(point.step, StepState::Interrupted, "not done: interrupted before it took effect");
      parts_.record.info(fmt::format("unit {} was not done", point.unit + 1));
      return;
    case execution::UnitOutcome::Unknown:
      parts_.record.endStep(
          point.step, StepState::Unknown,
          fmt::format("Whether unit {} was done can't be found out after an interruption.", point.unit + 1));
      parts_.record.warning(fmt::format("whether unit {} was done can't be found out", point.unit + 1));
      return;
  }
}

execution::ForwardState InstanceRollout::forwardState() const {
  return execution::forwardStateOf(script_, units_, resumePoint(parts_.record.get(), steps(), units_.size()).applied);
}

execution::WayBackResult InstanceRollout::back() {
  const auto breach = monitor_ ? monitor_->breach() : std::nullopt;
  monitor_.reset();
  parts_.record.change([&](Execution& execution) { execution.targetInstance = instance_; });
  execution::WayBackResult result;
  try {
    result = runWayBack();
  } catch (const ServiceEnding&) {
    throw;
  } catch (const StoreFailed&) {
    throw;
  } catch (const Error& error) {
    result = notUndone(error.what());
  }
  if (result.verified && result.error.empty()) {
    if (breach && !breach->queryId.empty()) nameQuery(breach->queryId);
    return result;
  }
  if (parts_.interruption.serviceEnds()) throw ServiceEnding();
  if (parts_.interruption.wayBackToken().stop_requested()) {
    result.error = fmt::format(
        "The way back took longer than it may and was broken off ({}). What is left can be undone later: ask for the "
        "rollback of this execution.",
        result.error);
  }
  return result;
}

execution::WayBackResult InstanceRollout::notUndone(const std::string& why) const {
  return {.verified = false,
          .remaining = {},
          .error = fmt::format("{} could not be undone: {} Nothing more is tried by itself; once the database answers "
                               "again, ask for the rollback of this execution.",
                               instance_, endedSentence(why))};
}

/// Once all is undone and there is time: people know their queries by their text. It is no more than that, so a failure
/// is only logged.
void InstanceRollout::nameQuery(const std::string& queryId) {
  constexpr std::size_t shown = 300;
  try {
    const auto session = parts_.engine.connect(parts_.connection, applicationName(), parts_.settings.connectTimeout);
    const std::string text = oneLine(parts_.engine.vitals(*session, false)->queryText(queryId), shown);
    if (text.empty()) return;
    parts_.record.info(fmt::format("query {} is: {}", queryId, text));
    parts_.record.change([&](Execution& execution) {
      const std::string named = fmt::format(" The query: {}", text);
      execution.errorMessage += named;
      if (execution.rollback) execution.rollback->reason += named;
    });
  } catch (const db::SqlError& error) {
    parts_.record.warning(fmt::format("the text of query {} could not be read: {}", queryId, error.what()));
  }
}

execution::WayBackResult InstanceRollout::runWayBack() {
  const std::stop_token stop = parts_.interruption.wayBackToken();
  requireSameDatabase(stop);
  takeTurn(stop, true);
  const ResumePoint point = settledPoint(stop);
  const std::size_t firstUnit = point.what == ResumePoint::What::Undo ? point.unit : 0;
  const Execution& execution = parts_.record.get();
  execution::KnownSchema known{.before = db::SchemaListing::fromText(execution.schemaBefore)};
  // A way back that was interrupted has changed the schema itself since.
  const bool begun = std::ranges::any_of(steps(), [](const Step& step) { return step.kind == StepKind::Undo; });
  if (!execution.schemaAfter.empty() && !begun) known.after = db::SchemaListing::fromText(execution.schemaAfter);
  auto result = execution::undo(target(), parts_.settings, parts_.record, parts_.clock, parts_.random,
                                execution.rollbackScript, forwardState(), known, stop, firstUnit);
  // A schema that is as before proves nothing about rows.
  if (const auto unit = unknownRows(); unit && result.error.empty()) {
    result.error = fmt::format(
        "Whether unit {} of the script, which changes rows, was done could not be found out. The schema is {}; the "
        "rows "
        "have to be looked at by hand.",
        *unit + 1, result.verified ? "as before" : "not as before");
  }
  return result;
}

/// The unit that may have changed rows without anybody knowing, if there is one.
std::optional<std::size_t> InstanceRollout::unknownRows() const {
  for (const Step& step : steps()) {
    if (step.kind != StepKind::Apply || step.state != StepState::Unknown) continue;
    const db::Unit& unit = units_.at(static_cast<std::size_t>(step.unit));
    const auto statements = std::span(script_.statements).subspan(unit.first, unit.count);
    if (std::ranges::any_of(statements, &execution::mayChangeRows)) return static_cast<std::size_t>(step.unit);
  }
  return std::nullopt;
}

/// A registration can be made to lead elsewhere between an execution's beginning and its end.
void InstanceRollout::requireSameDatabase(const std::stop_token& stop) {
  std::string prepared;
  for (const Step& step : steps()) {
    if (step.kind == StepKind::Prepare) prepared = step.evidence;
  }
  if (prepared.empty()) return;
  const auto session = connectPatiently(stop);
  if (parts_.engine.databaseIdentity(*session) == prepared) return;
  throw Error(
      ErrorCode::Conflict,
      fmt::format("The connection string of {} leads to another database than the one this execution has worked "
                  "on; nothing was sent to it.",
                  instance_));
}

}  // namespace hotswap::orchestrator
