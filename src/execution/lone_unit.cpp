#include "execution/lone_unit.h"

#include <fmt/format.h>

#include <algorithm>

#include "execution/concurrent_build.h"
#include "execution/concurrent_detach.h"
#include "execution/run_errors.h"
#include "execution/unit_evidence.h"

namespace hotswap::execution {

namespace {

constexpr int cleanUpTries = 3;
constexpr Milliseconds cleanUpLockTimeout{1000};

bool isMissingOrThere(const db::SqlFailure& failure) {
  return failure.kind == db::SqlErrorKind::MissingObject || failure.kind == db::SqlErrorKind::DuplicateObject;
}

}  // namespace

const db::Statement& LoneUnit::statement() const { return run_.statement(run_.units[run_.unit].first); }

void LoneUnit::prepare() {
  run_.throwIfStopped();
  db::Session& session = connection_.session();
  run_.engine().setLimits(session, {.lock = run_.settings.lockTimeout});
  evidence_ = evidenceBefore(run_.engine(), session, statement());
  run_.journal.unitEvidence(evidence_);
  refuseInvalidNamesake();
}

/// IF NOT EXISTS would take an invalid index of that name for the one that is wanted.
void LoneUnit::refuseInvalidNamesake() const {
  const auto& build = statement().concurrentBuild;
  if (!build || build->kind != db::ConcurrentBuild::Kind::Create || build->index.empty()) return;
  for (const IndexState& index : fromEvidence(evidence_)) {
    if (index.valid) continue;
    const db::SqlError cause(
        {.kind = db::SqlErrorKind::Other,
         .sqlState = "42P07",
         .message =
             fmt::format("the index {}.{} exists already and is invalid, left over from an earlier build; it was "
                         "there before this run: {}",
                         index.schema, index.name, dropStatement(index))},
        {.changedAnything = run_.changedBefore()});
    throw StatementFailed(cause, run_.units[run_.unit].first, statement().position, statement().sql);
  }
}

void LoneUnit::nameLongTransactions(db::Session& session) {
  const auto inTheWay = run_.engine().sessionWatch().longTransactions(session, run_.settings.longTransactionAge);
  for (const db::LongTransaction& one : inTheWay) {
    run_.journal.log(
        {.level = "warning",
         .message = fmt::format("{} has to wait for a transaction that is {:.0f} s old: session {} ({}: {})",
                                statement().kind, one.ageSeconds, one.backendId,
                                one.application.empty() ? "no application name" : one.application, one.statement)});
  }
}

std::int64_t LoneUnit::passOver() {
  run_.journal.logQuietly({.message = fmt::format("{} is passed over: there is nothing to undo here",
                                                  run_.name(run_.units[run_.unit].first)),
                           .sql = statement().sql});
  return 0;
}

std::int64_t LoneUnit::attempt() {
  run_.throwIfStopped();
  if (run_.policy.passOverData && statement().changesData) return passOver();
  const std::size_t index = run_.units[run_.unit].first;
  db::Session& session = connection_.session();
  if (statement().concurrentBuild || statement().concurrentDetach) nameLongTransactions(session);
  execution_.setLimits(session, index);
  try {
    return execution_.execute(session, index, std::chrono::steady_clock::now());
  } catch (const StatementFailed& failed) {
    const CleanUp cleaned = cleanUp();
    if (cleaned.finished) return 0;
    if (run_.policy.passOverMissing && isMissingOrThere(failed.failure())) return passOver();
    if (cleaned.remark.empty()) throw;
    throw StatementFailed(failed, cleaned.remark);
  } catch (const Stopped& stopped) {
    const CleanUp cleaned = cleanUp();
    if (cleaned.finished) return 0;
    if (cleaned.remark.empty()) throw;
    throw Stopped(fmt::format("{}. {}", stopped.what(), cleaned.remark), true);
  } catch (const AttemptBroken& broken) {
    const CleanUp cleaned = cleanUp();
    if (cleaned.finished) return 0;
    if (cleaned.remark.empty()) throw;
    throw StatementFailed(StatementFailed(db::SqlError(broken.failure(), {.changedAnything = true}), index,
                                          statement().position, statement().sql),
                          cleaned.remark);
  } catch (const db::SqlError& error) {
    return settleLost(error);
  }
}

std::int64_t LoneUnit::settleLost(const db::SqlError& error) {
  const std::string name = run_.name(run_.units[run_.unit].first);
  run_.journal.logQuietly(
      {.level = "warning",
       .message = fmt::format("the connection was lost during {}; the database is asked what became "
                              "of it",
                              name)});
  UnitOutcome outcome = UnitOutcome::Unknown;
  CleanUp cleaned;
  try {
    connection_.restore(false);
    cleaned = cleanUp();
    outcome = compareWithEvidence(run_.engine(), connection_.session(false), statement(), evidence_);
  } catch (const db::SqlError& again) {
    throw OutcomeUnknown(fmt::format(
        "The connection was lost during {}, and what became of it could not be found out: {}", name, again.what()));
  }
  if (outcome == UnitOutcome::Done) {
    run_.journal.logQuietly({.message = fmt::format("{} had been done", name)});
    return 0;
  }
  if (outcome == UnitOutcome::Unknown) {
    throw OutcomeUnknown(
        fmt::format("The connection was lost during {}, and whether it was done can't be told.", name));
  }
  const Recovery recovery{.retryable = true,
                          .connectionUsable = false,
                          .outcomeKnown = true,
                          .changedAnything = run_.changedBefore() || !cleaned.remark.empty()};
  if (cleaned.remark.empty()) throw db::SqlError(error.failure(), recovery);
  throw StatementFailed(StatementFailed(db::SqlError(error.failure(), recovery), run_.units[run_.unit].first,
                                        statement().position, statement().sql),
                        cleaned.remark);
}

LoneUnit::CleanUp LoneUnit::cleanUp() {
  if (!statement().concurrentBuild && !statement().concurrentDetach) return {};
  for (int attempt = 1;; ++attempt) {
    try {
      return cleanUpOnce(connection_.session(false));
    } catch (const db::SqlError& error) {
      if (isLost(error) && attempt < cleanUpTries) {
        connection_.drop();
        continue;
      }
      return {.finished = false,
              .remark = fmt::format("Whether it left {} behind could not be cleared up: {}",
                                    statement().concurrentDetach ? "a partition half detached" : "an invalid index",
                                    error.what())};
    }
  }
}

LoneUnit::CleanUp LoneUnit::cleanUpOnce(db::Session& session) {
  const CleanUpLimits limits{.lockTimeout = std::min(cleanUpLockTimeout, run_.settings.lockTimeout),
                             .patience = run_.settings.cleanUpPatience};
  return statement().concurrentDetach ? undoDetach(session, limits) : removeIndexes(session, limits);
}

LoneUnit::CleanUp LoneUnit::undoDetach(db::Session& session, const CleanUpLimits& limits) {
  const auto [attached, remark] = attachAgain(run_.engine(), session, run_.clock, evidence_, limits);
  if (attached) {
    run_.journal.logQuietly(
        {.level = "warning",
         .message = fmt::format("{} was broken off half-way: the detach was ended and the partition "
                                "attached again as it was, in one transaction",
                                run_.name(run_.units[run_.unit].first))});
  }
  if (!remark.empty()) run_.journal.logQuietly({.level = "error", .message = remark});
  return {.finished = false, .remark = remark};
}

LoneUnit::CleanUp LoneUnit::removeIndexes(db::Session& session, const CleanUpLimits& limits) {
  const auto build = placed(*statement().concurrentBuild, evidence_);
  if (!build) return {};
  const std::vector<IndexState> before = fromEvidence(evidence_);
  const auto left =
      removeLeftovers(run_.engine(), session, run_.clock, *build, before, limits, [&](const IndexState& index) {
        run_.journal.logQuietly(
            {.level = "warning",
             .message = fmt::format("{} had left the index {}.{} invalid; it was dropped",
                                    run_.name(run_.units[run_.unit].first), index.schema, index.name)});
      });
  CleanUp cleaned;
  for (const IndexState& index : left) {
    cleaned.remark += fmt::format("{}The index {}.{} was left invalid, for its lock could not be had; drop it with: {}",
                                  cleaned.remark.empty() ? "" : ". ", index.schema, index.name, dropStatement(index));
  }
  if (!left.empty()) run_.journal.logQuietly({.level = "error", .message = cleaned.remark});
  cleaned.finished = build->kind == db::ConcurrentBuild::Kind::Drop && !before.empty() &&
                     compareWithEvidence(run_.engine(), session, statement(), evidence_) == UnitOutcome::Done;
  return cleaned;
}

}  // namespace hotswap::execution
