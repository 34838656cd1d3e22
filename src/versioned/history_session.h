#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "versioned/history.h"
#include "versioned/workplace.h"

namespace hotswap::versioned {

/// The session over which a command reads and writes the history and holds HotSwap's lock of the database. The scripts
/// run in another one, which they may spoil.
class HistorySession {
 public:
  /// Connects and finds the history: in the schema named, else in the only schema that has one, else in the one where
  /// new tables are made. `patient`: a server that is away is awaited. Throws SqlError, and what workPatiently throws;
  /// Error (Conflict) where several schemas have a history and none is named.
  explicit HistorySession(const Workplace& place, bool patient = false);
  HistorySession(const HistorySession&) = delete;
  HistorySession& operator=(const HistorySession&) = delete;
  ~HistorySession();

  /// Takes the lock, waiting for whoever has it for Workplace::lockPatience, and makes the history's tables where they
  /// are missing. Throws Error (Conflict) that says who has it, since when and from where; Error (Conflict) where a
  /// stop is asked for meanwhile; SqlError.
  void lock();

  /// Asks the server, at most four times a second, for a sign of life: with the session the lock is lost. Throws
  /// SqlError.
  void requireLock();

  [[nodiscard]] db::Session& session() { return *session_; }
  [[nodiscard]] const History& history() const { return *history_; }
  /// As the functions of History, waiting for others' locks as workPatiently does.
  [[nodiscard]] std::vector<HistoryEntry> entries();
  [[nodiscard]] std::vector<Attempt> attempts();
  /// Outside of a transaction.
  void write(const Attempt& attempt, std::optional<EntryState> before);

 private:
  void patiently(const std::function<void()>& work);

  const Workplace& place_;
  std::unique_ptr<db::Session> session_;
  std::optional<History> history_;
  bool locked_ = false;
  std::chrono::steady_clock::time_point seenAlive_;
};

}  // namespace hotswap::versioned
