#include "versioned/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "versioned/prepared_part.h"
#include "versioned/progress.h"

namespace hotswap::versioned {

namespace {

Attempt attemptAt(const Workplace& place, HistoryEntry entry, Action action) {
  entry.appliedBy = place.who;
  entry.appliedAt = place.clock.now();
  entry.executionTime = Milliseconds(0);
  return {.id = 0, .entry = std::move(entry), .action = action, .error = {}, .progress = {}};
}

Repaired takeOverChecksum(const Workplace& place, HistorySession& history, const Item& item) {
  Attempt attempt = attemptAt(place, *item.entry, Action::Repair);
  attempt.entry.appliedAt = item.entry->appliedAt;
  attempt.entry.appliedBy = item.entry->appliedBy;
  attempt.entry.executionTime = item.entry->executionTime;
  attempt.entry.checksum = item.file->checksum;
  attempt.entry.description = item.file->description;
  history.write(attempt, item.entry->state);
  return {.kind = item.kind(), .version = item.version(), .what = "the checksum of its changed file is taken over"};
}

/// Counts the unit that was at work as done.
void countAsDone(const Workplace& place, const Item& item, Progress& progress) {
  std::vector<ScriptFault> faults;
  const PreparedPart part = prepare(place.engine, *item.file, progress.back ? Direction::Down : Direction::Up, faults);
  if (!faults.empty()) throw ScriptsRefused(std::move(faults));
  if (progress.unitsDone >= part.units.size() ||
      digestOf(part.script, part.units, progress.unitsDone) != progress.digest) {
    throw Error(
        ErrorCode::Conflict,
        fmt::format("The script of {} has changed since it was broken off; put it back as it was.", item.name()));
  }
  progress.digest = digestAfter(progress.digest, part.script, part.units[progress.unitsDone]);
  ++progress.unitsDone;
}

/// Empty where there is nothing to clear.
std::optional<Repaired> clearFailure(const Workplace& place, HistorySession& history, const Item& item,
                                     std::optional<Assumption> assumption) {
  const auto newest = history.history().newestAttempt(history.session(), item.kind(), item.entry->version);
  if (!newest || newest->progress.empty()) return std::nullopt;
  Progress progress = Progress::fromText(newest->progress);
  const bool isUntold = newest->error.empty() && !progress.evidence.empty();
  if (isUntold ? !assumption : newest->error.empty()) return std::nullopt;
  if (isUntold && assumption == Assumption::Done && item.file) countAsDone(place, item, progress);
  // It is meant to be run again as a whole, whatever is there.
  if (item.kind() == EntryKind::Repeatable) progress.unitsDone = 0;
  progress.evidence.clear();
  Attempt attempt = attemptAt(place, *item.entry, Action::Repair);
  attempt.progress = progress.text();
  history.write(attempt, EntryState::Failed);
  return Repaired{.kind = item.kind(),
                  .version = item.version(),
                  .what = fmt::format("its failure is cleared; {} go on after the {} step(s) that were done",
                                      progress.back ? "`down` will" : "`up` will", progress.unitsDone)};
}

}  // namespace

std::vector<Repaired> repair(const Workplace& place, const MigrationFolder& folder,
                             std::optional<Assumption> assumption) {
  HistorySession history(place);
  history.lock();
  std::vector<Repaired> changes;
  for (const Item& item : compare(folder, history.entries())) {
    if (item.standing == Standing::Changed) changes.push_back(takeOverChecksum(place, history, item));
    if (item.standing != Standing::Failed) continue;
    if (auto cleared = clearFailure(place, history, item, assumption)) changes.push_back(std::move(*cleared));
  }
  return changes;
}

Repaired baseline(const Workplace& place, const MigrationFolder& folder, const Version& version) {
  HistorySession history(place);
  history.lock();
  const std::vector<Item> items = compare(folder, history.entries());
  if (const auto highest = highestApplied(items); highest && version < *highest) {
    throw Error(ErrorCode::Conflict,
                fmt::format("Version {} is applied already; a baseline can't lie below it.", highest->text()));
  }
  HistoryEntry entry{.kind = EntryKind::Versioned,
                     .version = version.text(),
                     .description = "baseline",
                     .checksum = {},
                     .appliedAt = {},
                     .executionTime = {},
                     .appliedBy = {},
                     .state = EntryState::Baseline};
  std::optional<EntryState> before;
  const auto known = std::ranges::find_if(items, [&](const Item& item) {
    const auto itsVersion = Version::parse(item.version());
    return item.kind() == EntryKind::Versioned && itsVersion && *itsVersion == version;
  });
  if (known != items.end()) {
    entry.description = known->description();
    if (known->file) entry.checksum = known->file->checksum;
    if (known->entry) {
      entry.version = known->entry->version;
      before = known->entry->state;
    }
  }
  history.write(attemptAt(place, entry, Action::Baseline), before);
  return {.kind = EntryKind::Versioned,
          .version = version.text(),
          .what = "it counts as applied, and so does every version below it"};
}

}  // namespace hotswap::versioned
