#pragma once
#include <cstdint>
#include <string>

#include "execution/journal.h"
#include "versioned/history_session.h"
#include "versioned/progress.h"

namespace hotswap::versioned {

/// Passes on what a run says, and keeps the progress of one that takes several steps in the history.
class RunJournal final : public execution::Journal {
 public:
  RunJournal(HistorySession& history, Observer& observer) : history_(history), observer_(observer) {}

  /// The run that follows is in one transaction, which tells by itself what became of it.
  void beginOneTransaction() { attempt_ = 0; }
  /// The run that follows is attempt `attempt`, which has come that far.
  void beginSteps(std::int64_t attempt, Progress progress, const db::ParsedScript& script,
                  const std::vector<db::Unit>& units);
  /// Writes into the open transaction that its unit is done.
  void keepUnitDone(db::Session& session, std::size_t unit);

  void unitStarted(StepKind kind, std::size_t unit) override;
  void unitEvidence(const std::string& evidence) override;
  void unitDone(const std::string& outcome, std::int64_t rows) override;
  void unitFailed(const std::string& outcome) override;
  void log(LogEntry entry) override;
  void progress(const std::string& activity, std::optional<double> percent) override;

 private:
  [[nodiscard]] Progress after(std::size_t unit) const;
  void keep(db::Session& session, const Progress& progress);

  HistorySession& history_;
  Observer& observer_;
  std::int64_t attempt_ = 0;
  Progress progress_;
  const db::ParsedScript* script_ = nullptr;
  const std::vector<db::Unit>* units_ = nullptr;
  std::size_t unit_ = 0;
};

}  // namespace hotswap::versioned
