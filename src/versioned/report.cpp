#include "versioned/report.h"

#include <fmt/format.h>

#include "versioned/progress.h"

namespace hotswap::versioned {

namespace {

/// What stands against going on with a version that failed; empty where nothing does.
std::string objection(const Item& item, HistorySession& history) {
  const auto attempt = history.history().newestAttempt(history.session(), item.kind(), item.entry->version);
  if (!attempt || attempt->progress.empty()) return {};
  if (Progress::fromText(attempt->progress).back) {
    return "its way back was begun and not ended; end it with `hotswap migrate down`";
  }
  if (!attempt->error.empty()) {
    return fmt::format("it failed half-way: {}. Mend the cause, then go on with `hotswap migrate repair` and `up`{}",
                       attempt->error,
                       item.kind() == EntryKind::Versioned ? ", or roll it back with `hotswap migrate down`" : "");
  }
  if (!item.file) return "it was broken off half-way, and its file is gone; put it back";
  return {};
}

}  // namespace

void refuseMismatch(const std::vector<Item>& items, HistorySession& history, bool ignoreMissing) {
  std::vector<ErrorDetail> details;
  for (const Item& item : items) {
    std::string message;
    switch (item.standing) {
      case Standing::Changed:
        message = fmt::format(
            "{} was changed after it had been applied; put it back as it was and write a new "
            "migration, or take the change over with `hotswap migrate repair`",
            item.file->forward.filename().string());
        break;
      case Standing::Missing:
        if (!ignoreMissing) {
          message = "it is applied, and its file is gone; put it back, or pass over it with --ignore-missing";
        }
        break;
      case Standing::Failed: message = objection(item, history); break;
      default: break;
    }
    if (!message.empty()) details.push_back({.field = item.title(), .message = message});
  }
  if (details.empty()) return;
  throw HistoryMismatch(ErrorCode::Conflict, "The files and the history of the database disagree; nothing was run.",
                        details);
}

}  // namespace hotswap::versioned
