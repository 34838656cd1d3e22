#include "orchestrator/instance_rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "analysis/validation.h"
#include "execution/patient_connect.h"
#include "orchestrator/health.h"

namespace hotswap::orchestrator {

namespace {

constexpr Milliseconds healthTimeout{10'000};
constexpr Milliseconds readingLimit{60'000};
constexpr Milliseconds watchTick{200};

// What part of the bar each part of the work fills, in percent.
constexpr double preparedAt = 10;
constexpr double appliedAt = 60;
constexpr double watchedAt = 95;

}  // namespace

Refused::Refused(const std::string& why, bool looked) : Error(ErrorCode::Conflict, why), looked_(looked) {}

InstanceRollout::InstanceRollout(Parts parts, std::string instance)
    : parts_(std::move(parts)),
      instance_(std::move(instance)),
      script_(parts_.engine.script().parse(parts_.record.get().migrationScript)),
      units_(db::planUnits(script_.statements)),
      lock_(parts_.engine, parts_.connection, applicationName(), parts_.settings.connectTimeout) {}

InstanceRollout::~InstanceRollout() = default;

std::string InstanceRollout::applicationName() const { return "hotswap/" + parts_.record.get().id.text(); }

execution::RunTarget InstanceRollout::target() const {
  return {.instance = instance_,
          .engine = &parts_.engine,
          .connection = parts_.connection,
          .applicationName = applicationName(),
          .onBlocking = [this] {
            if (monitor_) monitor_->excuseBlocking();
          }};
}

std::vector<Step> InstanceRollout::steps() const {
  std::vector<Step> own;
  for (Step& step : parts_.record.steps()) {
    if (step.instance == instance_) own.push_back(std::move(step));
  }
  return own;
}

bool InstanceRollout::touched() const {
  return std::ranges::any_of(steps(), [](const Step& step) { return step.kind == StepKind::Apply; });
}

void InstanceRollout::stopIfInterrupted() const {
  if (const auto request = parts_.interruption.requested()) throw Error(ErrorCode::Conflict, request->message);
  if (parts_.interruption.stopsAtEdge()) throw ServiceEnding();
}

std::unique_ptr<db::Session> InstanceRollout::connectPatiently(const std::stop_token& stop) {
  bool told = false;
  return execution::connectPatiently(target(), parts_.settings, parts_.clock, stop, [&](const db::SqlError& error) {
    if (parts_.interruption.stopsAtEdge()) throw ServiceEnding();
    if (std::exchange(told, true)) return;
    parts_.record.warning(fmt::format("{} can't be reached and is tried again: {}", instance_, error.what()));
  });
}

void InstanceRollout::limitReading(db::Session& session) const {
  parts_.engine.setLimits(
      session,
      {.lock = readingLimit, .statement = readingLimit, .idleInTransaction = parts_.settings.idleInTransaction});
}

void InstanceRollout::takeTurn(const std::stop_token& stop, bool changed) {
  if (changed) static_cast<void>(connectPatiently(stop));
  try {
    const bool taken = lock_.take(parts_.clock, stop, [this](const std::string& holder) {
      const std::string waiting = fmt::format("waiting for {}, which works on the same database of the server", holder);
      parts_.record.info(waiting);
      parts_.record.setProgress(parts_.record.get().progress, waiting);
    });
    if (taken) return;
  } catch (const StoreFailed&) {
    throw;
  } catch (const Error& error) {
    // What has been changed must be brought to an end, one way or the other.
    if (!changed) throw;
    parts_.record.warning(fmt::format("going on without the lock of the database: {}", error.what()));
    return;
  }
  throw Error(ErrorCode::Conflict, "It was stopped while it waited for another that works on the same database.");
}

void InstanceRollout::forward(Seconds watchFor) {
  using What = ResumePoint::What;
  parts_.record.change([&](Execution& execution) { execution.targetInstance = instance_; });
  requireSameDatabase(parts_.interruption.token());
  const ResumePoint point = settledPoint(parts_.interruption.token());
  if (point.what == What::Apply || point.what == What::Watch) {
    takeTurn(parts_.interruption.token(), true);
  }
  switch (point.what) {
    case What::Prepare: prepare(); [[fallthrough]];
    case What::Apply: apply(point.unit); [[fallthrough]];
    case What::Watch: watch(watchFor); [[fallthrough]];
    case What::Verify: verify(); [[fallthrough]];
    case What::Finish: return;
    case What::Undo:
    case What::SettleApply:
    case What::SettleUndo: throw Error(ErrorCode::Conflict, point.reason);
  }
}

void InstanceRollout::dryRun() {
  parts_.record.change([&](Execution& execution) { execution.targetInstance = instance_; });
  requireHealthy();
  requireValid();
  parts_.record.info(fmt::format("dry run on {}: {} statement(s) in {} unit(s), nothing was changed", instance_,
                                 script_.statements.size(), units_.size()));
}

void InstanceRollout::prepare() {
  stopIfInterrupted();
  const int step = parts_.record.beginStep(StepKind::Prepare, instance_);
  requireHealthy();
  takeTurn(parts_.interruption.token(), false);
  requireValid();
  captureSchema(step);
  startMonitor();
  const Seconds window = parts_.record.get().options.watch.baseline;
  parts_.record.setProgress(1, fmt::format("measuring the baseline of {} for {:.0f} s", instance_, window.count()));
  const Baseline baseline = monitor_->captureBaseline(window, parts_.interruption.token());
  parts_.record.change([&](Execution& execution) { execution.baseline = baseline; });
  const std::string outcome = fmt::format(
      "baseline of {}: mean latency {} over {} queries", instance_,
      baseline.snapshot.avgQueryLatencyMs ? fmt::format("{:.3f} ms", *baseline.snapshot.avgQueryLatencyMs) : "unknown",
      baseline.queries.size());
  parts_.record.endStep(step, StepState::Done, outcome);
  parts_.record.info(outcome);
  parts_.record.setProgress(preparedAt, outcome);
}

void InstanceRollout::requireHealthy() {
  const DatabaseTarget database = parts_.store.databases().get(parts_.record.get().databaseId);
  const auto instances = checkHealth(parts_.engine, database, healthTimeout, parts_.clock);
  parts_.store.databases().setHealth(database.id, overall(instances));
  for (const InstanceHealth& health : instances) {
    if (health.status == HealthStatus::Healthy) continue;
    throw Refused(fmt::format("Refused: {} of {} is unhealthy: {}. Nothing was changed.", health.instance,
                              database.name, health.message),
                  false);
  }
}

void InstanceRollout::requireValid() {
  const Execution& execution = parts_.record.get();
  const auto report = analysis::validate(parts_.engine, parts_.connection,
                                         {.migrationScript = execution.migrationScript,
                                          .rollbackScript = execution.rollbackScript,
                                          .dryRun = execution.options.dryRun,
                                          .inverses = false},
                                         parts_.clock);
  std::string first;
  for (const Finding& finding : report.findings) {
    std::string text = finding.line > 0
                           ? fmt::format("line {}, column {}: {}", finding.line, finding.column, finding.message)
                           : finding.message;
    if (!finding.sqlState.empty() && text.find(finding.sqlState) == std::string::npos)
      text += fmt::format(" ({})", db::stateText(finding.sqlState));
    if (finding.statement) text = fmt::format("statement {}, {}", *finding.statement + 1, text);
    if (finding.severity == Severity::Error) {
      parts_.record.error(fmt::format("{}: {}", finding.rule, text));
      if (first.empty()) first = text;
    } else if (finding.severity == Severity::Warning) {
      parts_.record.warning(fmt::format("{}: {}", finding.rule, text));
    }
  }
  while (first.ends_with('.')) first.pop_back();
  if (!report.isValid) throw Refused(fmt::format("Refused by validation: {}. Nothing was changed.", first), true);
}

void InstanceRollout::captureSchema(int step) {
  const auto session = parts_.engine.connect(parts_.connection, applicationName(), parts_.settings.connectTimeout);
  limitReading(*session);
  parts_.record.setEvidence(step, parts_.engine.databaseIdentity(*session));
  const db::SchemaListing before = parts_.engine.catalog().listing(*session);
  parts_.record.change([&](Execution& execution) { execution.schemaBefore = before.text(); });
  parts_.record.info(fmt::format("schema of {}: {} definitions, fingerprint {}", instance_, before.definitions.size(),
                                 before.fingerprint()));
}

void InstanceRollout::startMonitor() {
  if (monitor_) return;
  monitor_ = std::make_unique<monitor::InstanceMonitor>(
      monitor::InstanceMonitor::Target{.instance = instance_,
                                       .engine = &parts_.engine,
                                       .connection = parts_.connection,
                                       .applicationName = "hotswap/monitor"},
      parts_.clock, [this](const PerformanceSnapshot& snapshot) { measured(snapshot); });
  if (parts_.record.get().options.autoRollback) {
    monitor_->onBreach(
        [this](const monitor::Breach& breach) { parts_.interruption.request(StopCause::Breach, breach.message); });
  }
}

/// Once, so that what was seen while the script ran still counts when the watch begins.
void InstanceRollout::armMonitor() {
  startMonitor();
  const auto& baseline = parts_.record.get().baseline;
  if (baseline && !std::exchange(armed_, true)) monitor_->arm(*baseline, parts_.record.get().options.watch);
}

/// On the monitor's thread, which an error must not end.
void InstanceRollout::measured(const PerformanceSnapshot& snapshot) {
  if (snapshot.avgQueryLatencyMs) parts_.metrics.queryLatency(parts_.database, *snapshot.avgQueryLatencyMs);
  if (snapshot.activeConnections) parts_.metrics.connectionsActive(parts_.database, *snapshot.activeConnections);
  if (snapshot.replicationLagSeconds) parts_.metrics.replicationLag(parts_.database, *snapshot.replicationLagSeconds);
  try {
    parts_.record.tookSnapshot(snapshot);
  } catch (const Error& error) {
    observe::logError(fmt::format("A performance snapshot could not be kept: {}", error.what()));
  }
}

void InstanceRollout::apply(std::size_t firstUnit) {
  stopIfInterrupted();
  armMonitor();
  parts_.record.setUnitSpan(preparedAt, appliedAt, units_.size());
  execution::ScriptRunner runner(target(), parts_.settings, parts_.record, parts_.clock, parts_.random);
  runner.run(script_, parts_.record.get().migrationScript, firstUnit, parts_.interruption.token());
  parts_.record.setProgress(appliedAt, fmt::format("script applied to {}", instance_));
  captureResult();
}

/// So that a later way back can tell what others have changed since. Without it that counts as left to do, so a failure
/// is only logged.
void InstanceRollout::captureResult() {
  if (parts_.interruption.requested()) return;  // the way back comes at once, and has no time to lose
  try {
    const auto session = parts_.engine.connect(parts_.connection, applicationName(), parts_.settings.connectTimeout);
    limitReading(*session);
    const db::SchemaListing after = parts_.engine.catalog().listing(*session);
    parts_.record.change([&](Execution& execution) { execution.schemaAfter = after.text(); });
  } catch (const db::SqlError& error) {
    parts_.record.warning(fmt::format("the schema after the script could not be read: {}", error.what()));
  }
}

void InstanceRollout::watch(Seconds duration) {
  stopIfInterrupted();
  const int step = parts_.record.beginStep(StepKind::Watch, instance_);
  armMonitor();
  parts_.record.info(fmt::format("watching {} for {:.0f} s", instance_, duration.count()));
  const auto begun = parts_.clock.steadyNow();
  double toldSecond = -1;
  bool toldBreach = false;
  for (;;) {
    const Seconds passed = parts_.clock.steadyNow() - begun;
    stopIfInterrupted();
    const auto breach = monitor_->breach();
    if (breach && !std::exchange(toldBreach, true))
      parts_.record.warning(fmt::format("Breach, and no automatic rollback: {}", breach->message));
    if (passed >= duration) break;
    if (std::floor(passed.count()) > toldSecond) {
      toldSecond = std::floor(passed.count());
      const double share = passed.count() / duration.count();
      parts_.record.setProgress(
          appliedAt + (watchedAt - appliedAt) * share,
          fmt::format("watching {}: {:.0f} of {:.0f} s", instance_, passed.count(), duration.count()));
    }
    const auto left = std::chrono::ceil<Milliseconds>(duration - passed);
    static_cast<void>(parts_.clock.waitFor(std::min(left, watchTick), parts_.interruption.token()));
  }
  parts_.record.endStep(step, StepState::Done, "no breach that would undo it");
}

void InstanceRollout::verify() {
  stopIfInterrupted();
  const int step = parts_.record.beginStep(StepKind::Verify, instance_);
  const auto session = connectPatiently(parts_.interruption.token());
  limitReading(*session);
  const auto before = db::SchemaListing::fromText(parts_.record.get().schemaBefore);
  const auto now = parts_.engine.catalog().listing(*session);
  for (const db::Index& index : parts_.engine.catalog().indexes(*session)) {
    if (index.valid) continue;
    const std::string key = fmt::format("index {}.{}", index.schema, index.name);
    const auto was = before.definitions.find(key);
    const auto is = now.definitions.find(key);
    const bool wasSoBefore =
        was != before.definitions.end() && is != now.definitions.end() && was->second == is->second;
    if (wasSoBefore) continue;
    throw Error(ErrorCode::Conflict,
                fmt::format("The index {}.{} is invalid after the script.", index.schema, index.name));
  }
  for (const db::Constraint& constraint : parts_.engine.catalog().constraints(*session)) {
    if (constraint.validated) continue;
    parts_.record.warning(fmt::format("The constraint {} on {}.{} is not validated: rows from before may break it.",
                                      constraint.name, constraint.schema, constraint.table));
  }
  parts_.record.endStep(step, StepState::Done, fmt::format("schema now {}", now.fingerprint()));
  parts_.record.info(fmt::format("verified: every index valid, fingerprint now {}", now.fingerprint()));
}

}  // namespace hotswap::orchestrator
