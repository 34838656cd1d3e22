#include "versioned/down.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "versioned/prepared_parts.h"

namespace hotswap::versioned {

namespace {

bool canGoBack(const Item& item) {
  return item.kind() == EntryKind::Versioned && item.entry &&
         (item.entry->state == EntryState::Applied || item.entry->state == EntryState::Failed ||
          item.entry->state == EntryState::Baseline);
}

/// What is to be rolled back, newest first.
std::vector<Item> chosen(const std::vector<Item>& items, const DownOptions& options) {
  std::vector<Item> chosen;
  for (std::size_t place = items.size(); place-- > 0;) {
    const Item& item = items[place];
    if (!canGoBack(item)) continue;
    if (options.to ? *Version::parse(item.entry->version) <= *options.to : chosen.size() == options.steps) break;
    chosen.push_back(item);
  }
  return chosen;
}

/// `0` is no version but the time before all of them.
void refuseUnknownTarget(const std::vector<Item>& items, const DownOptions& options) {
  if (!options.to || *options.to == *Version::parse("0")) return;
  const bool known = std::ranges::any_of(items, [&](const Item& item) {
    return item.kind() == EntryKind::Versioned && *Version::parse(item.version()) == *options.to;
  });
  if (known) return;
  throw Error(ErrorCode::NotFound,
              fmt::format("Neither the folder nor the history has a version {}; nothing was rolled back. `hotswap "
                          "migrate status` shows those there are; --to 0 goes back before all of them.",
                          options.to->text()));
}

void refuseWithoutWayBack(const std::vector<Item>& items) {
  std::vector<ErrorDetail> details;
  for (const Item& item : items) {
    std::string message;
    if (item.entry->state == EntryState::Baseline) {
      message = "it is the baseline: it was there before the history began";
    } else if (!item.file) {
      message = "its file is gone";
    } else if (!item.file->back) {
      message = fmt::format("{} has no back part", item.file->forward.filename().string());
    }
    if (!message.empty()) details.push_back({.field = item.version(), .message = message});
  }
  if (!details.empty()) {
    throw Error(ErrorCode::ValidationError, "There is no way back; nothing was run.", details);
  }
}

}  // namespace

Report down(const Workplace& place, const MigrationFolder& folder, const DownOptions& options) {
  HistorySession history(place);
  if (!options.dryRun) history.lock();
  const std::vector<Item> known = compare(folder, history.entries());
  refuseUnknownTarget(known, options);
  const std::vector<Item> items = chosen(known, options);
  refuseWithoutWayBack(items);
  Report report;
  for (const Item& item : items) report.planned.push_back(*item.file);
  const std::vector<MigrationFile> files = report.planned;
  PreparedParts parts(place.engine, files, Direction::Down);
  if (options.dryRun) return report;
  PartRunner runner(place, history);
  for (std::size_t index = 0; index < items.size(); ++index) {
    history.requireLock();
    place.observer.started(files[index], Direction::Down, index + 1, files.size());
    const auto begun = place.clock.steadyNow();
    report.failure = runner.down(items[index], parts.take(index));
    if (report.failure) break;
    const auto duration = std::chrono::duration_cast<Milliseconds>(place.clock.steadyNow() - begun);
    report.done.push_back({.migration = files[index], .direction = Direction::Down, .duration = duration});
    report.planned.erase(report.planned.begin());
    place.observer.finished(files[index], Direction::Down, duration);
  }
  return report;
}

Report redo(const Workplace& place, const MigrationFolder& folder) {
  HistorySession history(place);
  history.lock();
  const std::vector<Item> before = compare(folder, history.entries());
  refuseMismatch(before, history, false);
  const std::vector<Item> newest = chosen(before, {});
  refuseWithoutWayBack(newest);
  Report report;
  if (newest.empty()) return report;
  const std::vector<MigrationFile> files{*newest.front().file};
  // Both ways are checked before the first is gone.
  PreparedParts back(place.engine, files, Direction::Down);
  PreparedParts forward(place.engine, files, Direction::Up);
  PartRunner runner(place, history);
  report.planned = files;
  const auto run = [&](const Item& item, PreparedParts& parts, Direction direction) {
    history.requireLock();
    place.observer.started(files.front(), direction, 1, 1);
    const auto begun = place.clock.steadyNow();
    const PreparedPart part = parts.take(0);
    report.failure = direction == Direction::Down ? runner.down(item, part) : runner.up(item, part);
    if (report.failure) return false;
    const auto duration = std::chrono::duration_cast<Milliseconds>(place.clock.steadyNow() - begun);
    report.done.push_back({.migration = files.front(), .direction = direction, .duration = duration});
    place.observer.finished(files.front(), direction, duration);
    return true;
  };
  if (!run(newest.front(), back, Direction::Down)) return report;
  const std::vector<Item> after = compare(folder, history.entries());
  const auto again = std::ranges::find_if(after, [&](const Item& item) {
    return item.kind() == EntryKind::Versioned && item.version() == newest.front().version();
  });
  if (again != after.end() && run(*again, forward, Direction::Up)) report.planned.clear();
  return report;
}

}  // namespace hotswap::versioned
