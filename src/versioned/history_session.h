#pragma once
#include <memory>
#include <optional>

#include "versioned/history.h"
#include "versioned/workplace.h"

namespace hotswap::versioned {

/// The session over which a command reads and writes the history and holds HotSwap's lock of the database. The scripts
/// run in another one, which they may spoil.
class HistorySession {
 public:
  /// Connects. Throws SqlError.
  explicit HistorySession(const Workplace& place);
  HistorySession(const HistorySession&) = delete;
  HistorySession& operator=(const HistorySession&) = delete;
  ~HistorySession();

  /// Takes the lock, waiting for whoever has it for Workplace::lockPatience, and makes the history's tables where they
  /// are missing. Throws Error (Conflict) that says who has it, since when and from where; Error (Conflict) where a
  /// stop is asked for meanwhile; SqlError.
  void lock();

  [[nodiscard]] db::Session& session() { return *session_; }
  [[nodiscard]] const History& history() const { return *history_; }
  [[nodiscard]] std::vector<HistoryEntry> entries() { return history_->entries(*session_); }

 private:
  const Workplace& place_;
  std::unique_ptr<db::Session> session_;
  std::optional<History> history_;
  bool locked_ = false;
};

}  // namespace hotswap::versioned
