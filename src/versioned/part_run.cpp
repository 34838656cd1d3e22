#include "versioned/part_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "execution/run_context.h"
#include "execution/run_errors.h"
#include "execution/unit_outcome.h"
#include "observe/log.h"
#include "versioned/progress.h"
#include "versioned/run_journal.h"

namespace hotswap::versioned {

namespace {

constexpr Milliseconds endPatience{10'000};

/// What an error means for the version that was being run.
Failure failureOf(const PreparedPart& part, const Item& item, Direction direction) {
  Failure failure{.kind = item.kind(),
                  .version = item.version(),
                  .direction = direction,
                  .place = {},
                  .statement = {},
                  .message = {},
                  .detail = {},
                  .hint = {},
                  .sqlState = {}};
  try {
    throw;
  } catch (const execution::StatementFailed& error) {
    const db::SqlFailure& server = error.failure();
    failure.place = part.placeOf(error.position());
    failure.statement = part.script.statements.at(error.statement()).sql;
    failure.message = server.message;
    failure.detail = server.detail;
    failure.hint = server.hint;
    failure.sqlState = server.sqlState;
    for (const ErrorDetail& detail : error.details()) {
      if (detail.field == "remark") failure.detail += (failure.detail.empty() ? "" : " ") + detail.message;
    }
  } catch (const execution::Stopped& error) {
    failure.message = error.what();
    failure.interrupted = true;
  } catch (const db::SqlError& error) {
    failure.message = error.what();
    failure.detail = error.failure().detail;
    failure.hint = error.failure().hint;
    failure.sqlState = error.failure().sqlState;
    failure.retryable = execution::isLost(error) && error.kind() != db::SqlErrorKind::ConnectionRefused;
  } catch (const Error& error) {
    failure.message = error.what();
  }
  return failure;
}

}  // namespace

/// One script, from its first statement to its row in the history.
class PartRunner::Run {
 public:
  Run(PartRunner& runner, const Item& item, const PreparedPart& part, Direction direction)
      : place_(runner.place_),
        history_(runner.history_),
        journal_(*runner.journal_),
        runner_(runner.runner_),
        item_(item),
        part_(part),
        direction_(direction) {
    if (item.entry) before_ = item.entry->state;
    attempt_.entry.kind = item.kind();
    attempt_.entry.version = item.entry ? item.entry->version : item.version();
    attempt_.entry.description = item.description();
    attempt_.entry.checksum = direction == Direction::Up || !item.entry ? item.file->checksum : item.entry->checksum;
    attempt_.entry.appliedAt = place_.clock.now();
    attempt_.entry.appliedBy = place_.who;
    attempt_.entry.state = ended();
    attempt_.action = direction == Direction::Up ? Action::Up : Action::Down;
    execution::RunSettings settings = place_.settings;
    if (part.part.options.lockTimeout) settings.lockTimeout = *part.part.options.lockTimeout;
    if (part.part.options.statementTimeout) settings.strongStatementTimeout = *part.part.options.statementTimeout;
    runner_.use(settings);
    begun_ = place_.clock.steadyNow();
  }

  std::optional<Failure> inOneTransaction() {
    journal_.beginOneTransaction();
    execution::RunPolicy policy = commonPolicy();
    policy.beforeCommit = [this](db::Session& session, const db::Unit& /*unit*/) {
      actAsConnectedUser(session);
      history_.requireLock();
      attempt_.entry.executionTime = elapsed();
      history_.history().write(session, attempt_, before_);
    };
    try {
      runner_.run(part_.script, part_.part.sql, 0, place_.stop, policy);
      return std::nullopt;
    } catch (const Error&) {
      Failure failure = failureOf(part_, item_, direction_);
      if (!failure.retryable) keepFailure(failure);
      return failure;
    }
  }

  std::optional<Failure> inSteps() {
    try {
      const std::size_t firstUnit = begin();
      execution::RunPolicy policy = commonPolicy();
      policy.beforeCommit = [this](db::Session& session, const db::Unit& unit) {
        actAsConnectedUser(session);
        journal_.keepUnitDone(session, indexOf(unit));
      };
      runner_.run(part_.script, part_.part.sql, firstUnit, place_.stop, policy);
      finish(ended(), {});
      return std::nullopt;
    } catch (const Error&) {
      Failure failure = failureOf(part_, item_, direction_);
      failure.leftHalfDone = attempt_.id != 0 || before_ == EntryState::Failed;
      // What was only broken off is gone on with by the next command, and has no error therefore.
      if (!failure.retryable && !failure.interrupted && attempt_.id != 0) keepHalfDone(failure);
      return failure;
    }
  }

 private:
  [[nodiscard]] EntryState ended() const {
    return direction_ == Direction::Up ? EntryState::Applied : EntryState::RolledBack;
  }
  [[nodiscard]] Milliseconds elapsed() const {
    return std::chrono::duration_cast<Milliseconds>(place_.clock.steadyNow() - begun_);
  }

  [[nodiscard]] execution::RunPolicy commonPolicy() const {
    execution::RunPolicy policy;
    policy.settledByCaller = true;
    policy.countRows = false;
    const bool wayBackOfHalf = direction_ == Direction::Down && before_ == EntryState::Failed;
    policy.passOverMissing = wayBackOfHalf;
    return policy;
  }

  void actAsConnectedUser(db::Session& session) const {
    const bool mayHaveChanged = std::ranges::any_of(
        part_.script.statements, [](const db::Statement& one) { return execution::marksSession(one); });
    if (mayHaveChanged) place_.engine.actAsConnectedUser(session);
  }

  [[nodiscard]] std::size_t indexOf(const db::Unit& unit) const {
    const auto found = std::ranges::find_if(part_.units, [&](const db::Unit& one) { return one.first == unit.first; });
    return static_cast<std::size_t>(found - part_.units.begin());
  }

  /// How far the newest attempt at the version had come, where that was one of this direction and was not ended.
  std::optional<Progress> progressBefore() {
    if (before_ != EntryState::Failed) return std::nullopt;
    const auto newest =
        history_.history().newestAttempt(history_.session(), attempt_.entry.kind, attempt_.entry.version);
    if (!newest || newest->progress.empty()) return std::nullopt;
    Progress progress = Progress::fromText(newest->progress);
    if (progress.back != (direction_ == Direction::Down)) return std::nullopt;
    return progress;
  }

  /// Writes that the attempt has begun, and returns the unit to begin with.
  std::size_t begin() {
    Progress progress{.back = direction_ == Direction::Down,
                      .unitsDone = 0,
                      .digest = {},
                      .evidence = {},
                      .session = place_.applicationName};
    if (const auto seen = progressBefore()) {
      // What the other process was running must be over before its progress is believed.
      place_.engine.sessionWatch().endSessions(history_.session(), seen->session, endPatience);
      progress.unitsDone = settle(progressBefore().value_or(*seen));
      progress.digest = digestOf(part_.script, part_.units, progress.unitsDone);
    }
    if (progress.unitsDone > 0) {
      place_.observer.said("info", fmt::format("{} of {} steps were done before; going on with the next",
                                               progress.unitsDone, part_.units.size()));
    }
    Attempt attempt = attempt_;
    attempt.entry.state = EntryState::Failed;
    attempt.progress = progress.text();
    attempt_.id = history_.history().begin(history_.session(), attempt, before_);
    journal_.beginSteps(attempt_.id, progress, part_.script, part_.units);
    return progress.unitsDone;
  }

  /// Finds out how many units an attempt that was broken off has done.
  std::size_t settle(const Progress& progress) {
    const std::size_t unit = progress.unitsDone;
    if (unit >= part_.units.size() || progress.evidence.empty()) return unit;
    switch (
        execution::unitOutcome(place_.engine, history_.session(), part_.script, part_.units[unit], progress.evidence)) {
      case execution::UnitOutcome::Done: return unit + 1;
      case execution::UnitOutcome::NotDone: return unit;
      case execution::UnitOutcome::Unknown: break;
    }
    const db::Statement& statement = part_.script.statements[part_.units[unit].first];
    const Place place = part_.placeOf(statement.position);
    throw Error(ErrorCode::Conflict,
                fmt::format("{}:{}: whether this {} was done before the run was broken off can't be told; look for "
                            "yourself, then say so with `hotswap migrate repair --assume done` or `--assume not-done`",
                            place.file, place.line, statement.kind));
  }

  void finish(EntryState state, const std::string& error) {
    attempt_.entry.state = state;
    attempt_.entry.executionTime = elapsed();
    attempt_.error = error;
    history_.history().finish(history_.session(), attempt_);
  }

  void keepHalfDone(const Failure& failure) {
    try {
      finish(EntryState::Failed, failure.message.empty() ? "failed" : failure.message);
    } catch (const Error& error) {
      observe::logWarning(
          fmt::format("Why {} failed could not be written into the history: {}", item_.name(), error.what()));
    }
  }

  /// Nothing of the attempt is left but what the log says of it.
  void keepFailure(const Failure& failure) {
    attempt_.entry.executionTime = elapsed();
    attempt_.entry.state = EntryState::Failed;
    attempt_.error = failure.message;
    try {
      history_.history().append(history_.session(), attempt_);
    } catch (const Error& error) {
      observe::logWarning(
          fmt::format("That {} failed could not be written into the history: {}", item_.name(), error.what()));
    }
  }

  const Workplace& place_;
  HistorySession& history_;
  RunJournal& journal_;
  execution::ScriptRunner& runner_;
  const Item& item_;
  const PreparedPart& part_;
  Direction direction_;
  std::optional<EntryState> before_;
  Attempt attempt_;
  std::chrono::steady_clock::time_point begun_;
};

PartRunner::PartRunner(const Workplace& place, HistorySession& history)
    : place_(place),
      history_(history),
      journal_(std::make_unique<RunJournal>(history, place.observer)),
      runner_({.instance = {},
               .engine = &place.engine,
               .connection = place.connection,
               .applicationName = place.applicationName},
              place.settings, *journal_, place.clock, place.random) {}

PartRunner::~PartRunner() = default;

std::optional<Failure> PartRunner::up(const Item& item, const PreparedPart& part) {
  Run run(*this, item, part, Direction::Up);
  return part.inOneTransaction() && item.standing != Standing::Failed ? run.inOneTransaction() : run.inSteps();
}

std::optional<Failure> PartRunner::down(const Item& item, const PreparedPart& part) {
  Run run(*this, item, part, Direction::Down);
  return part.inOneTransaction() ? run.inOneTransaction() : run.inSteps();
}

std::string PartRunner::obstacle(const Attempt& attempt, const PreparedPart& part) {
  if (attempt.progress.empty()) return {};
  const Progress progress = Progress::fromText(attempt.progress);
  if (progress.unitsDone <= part.units.size() &&
      (progress.unitsDone == 0 || digestOf(part.script, part.units, progress.unitsDone) == progress.digest)) {
    return {};
  }
  return fmt::format(
      "the first {} of its steps were done, and have been changed in the file since; put them back as they were{}",
      progress.unitsDone,
      attempt.entry.kind == EntryKind::Versioned ? ", or roll the version back with `hotswap migrate down`" : "");
}

}  // namespace hotswap::versioned
