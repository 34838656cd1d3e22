#include "versioned/up.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "versioned/prepared_parts.h"

namespace hotswap::versioned {

namespace {

constexpr int lossesBorne = 3;  ///< lost connections in a row without a version done between
constexpr Milliseconds pauseAfterLoss{500};

std::vector<Item> pendingItems(const std::vector<Item>& items, const UpOptions& options) {
  std::vector<Item> pending;
  std::vector<ErrorDetail> outOfOrder;
  for (const Item& item : items) {
    const bool goesOn = item.standing == Standing::Failed;
    if (!item.file || (!item.pending() && !goesOn)) continue;
    if (options.to && (item.file->repeatable() || *options.to < *item.file->version)) continue;
    if (item.standing == Standing::OutOfOrder && !options.outOfOrder) {
      outOfOrder.push_back({.field = item.version(),
                            .message = fmt::format("{} is not applied, though a later version is; apply it with "
                                                   "--out-of-order, or give it a higher version",
                                                   item.file->forward.filename().string())});
    }
    pending.push_back(item);
  }
  if (!outOfOrder.empty()) {
    throw HistoryMismatch(ErrorCode::Conflict, "Versions are missing below the newest one; nothing was run.",
                          outOfOrder);
  }
  return pending;
}

void refuseUnknownTarget(const std::vector<Item>& items, const UpOptions& options) {
  if (!options.to) return;
  const bool known = std::ranges::any_of(
      items, [&](const Item& item) { return item.file && item.file->version && *item.file->version == *options.to; });
  if (!known) throw Error(ErrorCode::NotFound, fmt::format("The folder has no version {}.", options.to->text()));
}

std::vector<MigrationFile> filesOf(const std::vector<Item>& items) {
  std::vector<MigrationFile> files;
  for (const Item& item : items) files.push_back(*item.file);
  return files;
}

/// One command, over as many connections as it takes.
class Up {
 public:
  Up(const Workplace& place, const MigrationFolder& folder, const UpOptions& options)
      : place_(place), folder_(folder), options_(options) {}

  Report run() {
    for (int losses = 0;;) {
      const std::size_t doneBefore = report_.done.size();
      try {
        if (!pass()) return std::move(report_);
      } catch (const db::SqlError& error) {
        if (!connected_ || error.recovery().connectionUsable || losses == lossesBorne) return endedBy(error);
      } catch (const Error& error) {
        return endedBy(error);
      }
      if (report_.done.size() > doneBefore) losses = 0;
      if (++losses > lossesBorne || !place_.clock.waitFor(pauseAfterLoss, place_.stop)) return std::move(report_);
      place_.observer.said("warning", "the connection was lost; connecting again, to see in the history what was done");
      report_.failure.reset();
    }
  }

 private:
  /// Goes through what is pending; true where a connection was lost and it is worth another pass.
  bool pass() {
    HistorySession history(place_, connected_);
    connected_ = true;
    std::vector<Item> pending;
    const bool isBusy = !lookFirst(history, pending);
    if (!options_.dryRun && (isBusy || !pending.empty())) {
      history.lock();
      pending = look(history);
    }
    report_.planned = filesOf(pending);
    if (pending.empty()) return false;
    const std::vector<MigrationFile> files = report_.planned;
    PreparedParts parts(place_.engine, files, Direction::Up);
    if (options_.review && total_ == 0) options_.review(report_.planned, history.session());
    if (options_.dryRun) return false;
    total_ = report_.done.size() + pending.size();
    PartRunner runner(place_, history);
    for (std::size_t index = 0; index < pending.size(); ++index) {
      const PreparedPart part = parts.take(index);
      if (!apply(runner, history, pending[index], part)) {
        return report_.failure->retryable;
      }
    }
    return false;
  }

  /// Throws the error that is being handled, unless something was done: then it is how the report ends.
  Report endedBy(const Error& error) {
    if (report_.done.empty()) throw;
    const Item next{.file = report_.planned.empty() ? MigrationFile{} : report_.planned.front(), .entry = {}};
    report_.failure = Failure{.kind = next.kind(),
                              .version = next.version(),
                              .direction = Direction::Up,
                              .place = {},
                              .statement = {},
                              .message = error.what(),
                              .detail = {},
                              .hint = {},
                              .sqlState = {}};
    return std::move(report_);
  }

  /// What is pending, before the lock is taken. False where somebody who is at work lets nobody read: his lock is
  /// awaited then.
  bool lookFirst(HistorySession& history, std::vector<Item>& pending) {
    try {
      pending = look(history);
      return true;
    } catch (const db::SqlError& error) {
      if (error.kind() != db::SqlErrorKind::LockTimeout || options_.dryRun) throw;
      return false;
    }
  }

  std::vector<Item> look(HistorySession& history) {
    const std::vector<Item> items = compare(folder_, history.entries());
    refuseUnknownTarget(items, options_);
    refuseMismatch(items, history, options_.ignoreMissing);
    return pendingItems(items, options_);
  }

  bool apply(PartRunner& runner, HistorySession& history, const Item& item, const PreparedPart& part) {
    if (item.standing == Standing::Failed) refuseObstacle(history, item, part);
    history.requireLock();
    place_.observer.started(*item.file, Direction::Up, report_.done.size() + 1, total_);
    const auto begun = place_.clock.steadyNow();
    report_.failure = runner.up(item, part);
    if (report_.failure) {
      if (report_.failure->leftHalfDone && options_.autoRollback && !report_.failure->retryable) {
        rollBack(runner, history, item);
      }
      return false;
    }
    const auto duration = std::chrono::duration_cast<Milliseconds>(place_.clock.steadyNow() - begun);
    report_.planned.erase(report_.planned.begin());
    report_.done.push_back({.migration = *item.file, .direction = Direction::Up, .duration = duration});
    place_.observer.finished(*item.file, Direction::Up, duration);
    return true;
  }

  static void refuseObstacle(HistorySession& history, const Item& item, const PreparedPart& part) {
    const auto attempt = history.history().newestAttempt(history.session(), item.kind(), item.entry->version);
    const std::string obstacle = attempt ? PartRunner::obstacle(*attempt, part) : "";
    if (obstacle.empty()) return;
    throw HistoryMismatch(ErrorCode::Conflict, "A migration that was broken off can't be gone on with.",
                          {{.field = item.title(), .message = obstacle}});
  }

  void rollBack(PartRunner& runner, HistorySession& history, const Item& item) {
    if (!item.file->back) return;
    const std::vector<Item> now = compare(folder_, history.entries());
    const auto found = std::ranges::find_if(
        now, [&](const Item& one) { return one.kind() == item.kind() && one.version() == item.version(); });
    if (found == now.end() || found->standing != Standing::Failed) return;
    std::vector<ScriptFault> faults;
    const PreparedPart back = prepare(place_.engine, *item.file, Direction::Down, faults);
    if (!faults.empty()) {
      report_.wayBack = Failure{.kind = item.kind(),
                                .version = item.version(),
                                .place = faults.front().place,
                                .statement = {},
                                .message = faults.front().message,
                                .detail = {},
                                .hint = faults.front().hint,
                                .sqlState = {}};
      return;
    }
    report_.wayBack = runner.down(*found, back);
    report_.rolledBack = !report_.wayBack;
  }

  const Workplace& place_;
  const MigrationFolder& folder_;
  const UpOptions& options_;
  Report report_;
  std::size_t total_ = 0;
  bool connected_ = false;  ///< once
};

}  // namespace

Report up(const Workplace& place, const MigrationFolder& folder, const UpOptions& options) {
  return Up(place, folder, options).run();
}

}  // namespace hotswap::versioned
