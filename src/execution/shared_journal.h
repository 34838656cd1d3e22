#pragma once
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>

#include "execution/journal.h"

namespace hotswap::execution {

/// Lets a run's own threads write to its journal, one call at a time. One mutex guards the journal.
class SharedJournal {
 public:
  SharedJournal(Journal& journal, std::string instance) : journal_(journal), instance_(std::move(instance)) {}

  /// A line of the log. What belongs to a statement is left empty for lines that are about none.
  struct Line {
    const char* level = "info";
    std::string message;
    std::string sql = {};
    std::optional<Milliseconds> duration = std::nullopt;
    std::optional<std::int64_t> rows = std::nullopt;
  };

  // For the thread that runs the script. Each throws what the journal throws, also what it threw at a run's own thread.
  void unitStarted(StepKind kind, std::size_t unit);
  void unitEvidence(const std::string& evidence);
  void unitDone(const std::string& outcome, std::int64_t rows);
  void unitFailed(const std::string& outcome);
  void log(Line line);

  // For a run's own threads and for handlers that must not throw: a failure comes out of the next call above.
  void logQuietly(Line line) noexcept;
  void progressQuietly(const std::string& activity, std::optional<double> percent) noexcept;

 private:
  template <class Call>
  void loudly(Call call);
  template <class Call>
  void quietly(Call call) noexcept;
  [[nodiscard]] LogEntry entry(Line line) const;

  std::mutex mutex_;
  Journal& journal_;
  std::string instance_;
  std::exception_ptr failure_;
};

}  // namespace hotswap::execution
