#include "versioned/run_journal.h"

#include <utility>

namespace hotswap::versioned {

void RunJournal::beginSteps(std::int64_t attempt, Progress progress, const db::ParsedScript& script,
                            const std::vector<db::Unit>& units) {
  attempt_ = attempt;
  progress_ = std::move(progress);
  script_ = &script;
  units_ = &units;
}

Progress RunJournal::after(std::size_t unit) const {
  Progress progress = progress_;
  progress.unitsDone = unit + 1;
  progress.digest = digestAfter(progress_.digest, *script_, (*units_)[unit]);
  progress.evidence.clear();
  return progress;
}

void RunJournal::keep(db::Session& session, const Progress& progress) {
  history_.history().keepProgress(session, attempt_, progress.text());
}

void RunJournal::keepUnitDone(db::Session& session, std::size_t unit) { keep(session, after(unit)); }

void RunJournal::unitStarted(StepKind /*kind*/, std::size_t unit) { unit_ = unit; }

void RunJournal::unitEvidence(const std::string& evidence) {
  if (attempt_ == 0) return;
  progress_.evidence = evidence;
  keep(history_.session(), progress_);
}

void RunJournal::unitDone(const std::string& /*outcome*/, std::int64_t /*rows*/) {
  if (attempt_ == 0) return;
  progress_ = after(unit_);
  if (!(*units_)[unit_].transactional) keep(history_.session(), progress_);
}

// What failed is written by who runs it, with the whole error.
void RunJournal::unitFailed(const std::string& /*outcome*/) {}

void RunJournal::log(LogEntry entry) {
  // An error comes as what the run ends with.
  if (entry.level == "warning" || entry.message.starts_with("NOTICE")) observer_.said(entry.level, entry.message);
}

void RunJournal::progress(const std::string& activity, std::optional<double> percent) {
  observer_.progressed(activity, percent);
}

}  // namespace hotswap::versioned
