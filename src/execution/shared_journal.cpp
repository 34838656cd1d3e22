#include "execution/shared_journal.h"

#include <utility>

namespace hotswap::execution {

template <class Call>
void SharedJournal::loudly(Call call) {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  call();
}

template <class Call>
void SharedJournal::quietly(Call call) noexcept {
  const std::lock_guard lock(mutex_);
  if (failure_) return;
  try {
    call();
  } catch (...) {
    failure_ = std::current_exception();
  }
}

LogEntry SharedJournal::entry(Line line) const {
  LogEntry entry;
  entry.level = line.level;
  entry.message = std::move(line.message);
  entry.sqlStatement = std::move(line.sql);
  entry.instance = instance_;
  entry.duration = line.duration;
  entry.rowsAffected = line.rows;
  return entry;
}

void SharedJournal::unitStarted(StepKind kind, std::size_t unit) {
  loudly([&] { journal_.unitStarted(kind, unit); });
}
void SharedJournal::unitEvidence(const std::string& evidence) {
  loudly([&] { journal_.unitEvidence(evidence); });
}
void SharedJournal::unitDone(const std::string& outcome, std::int64_t rows) {
  loudly([&] { journal_.unitDone(outcome, rows); });
}
void SharedJournal::unitFailed(const std::string& outcome) {
  loudly([&] { journal_.unitFailed(outcome); });
}
void SharedJournal::log(Line line) {
  loudly([&] { journal_.log(entry(std::move(line))); });
}
void SharedJournal::logQuietly(Line line) noexcept {
  quietly([&] { journal_.log(entry(std::move(line))); });
}
void SharedJournal::progressQuietly(const std::string& activity, std::optional<double> percent) noexcept {
  quietly([&] { journal_.progress(activity, percent); });
}

}  // namespace hotswap::execution
