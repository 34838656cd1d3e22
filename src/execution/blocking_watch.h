#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "db/engine.h"
#include "execution/script_runner.h"
#include "execution/shared_journal.h"
#include "execution/statement_breaker.h"

namespace hotswap::execution {

/// What was seen while a statement ran.
struct Observed {
  bool brokenOff = false;                    ///< it was broken off because of those it blocked
  bool waited = false;                       ///< at the last look it was itself waiting for a lock
  std::size_t mostBlocked = 0;               ///< sessions of the application that waited for it at once
  Milliseconds longestBlocked{0};            ///< the longest of them
  std::vector<db::BlockedSession> blockers;  ///< whom it was last seen to wait for
};

/// Looks every 250 ms, also over statements shorter than that, from a thread and over a session of its own, at the
/// statement that the run is executing: whom it blocks, whom it waits for, how far it has come. Breaks it off when a
/// session of the application has been blocked for longer than `RunSettings::longestBlocking`. Where its own session
/// fails it says so once and connects again; the statement is not touched by that. One mutex guards what is watched.
class BlockingWatch {
 public:
  /// Of the settings it takes what they are now.
  BlockingWatch(const RunTarget& target, const RunSettings& settings, SharedJournal& journal,
                StatementBreaker& breaker);
  BlockingWatch(const BlockingWatch&) = delete;
  BlockingWatch& operator=(const BlockingWatch&) = delete;

  struct Watched {
    std::int64_t backendId = 0;
    /// A statement under a weak lock stands in the way of other schema changes only, and those can wait; for its sake
    /// only reads and writes count as blocked.
    bool weak = false;
    /// Since when the session has held locks: what others waited for before that was not ours.
    std::chrono::steady_clock::time_point holdingSince;
  };
  void begin(const Watched& watched);
  /// The statement has ended; it is not broken off any more. What was seen of it.
  Observed end();

 private:
  void run(const std::stop_token& ending);
  void look(const Watched& watched, std::uint64_t statement);
  void tellProgress(std::int64_t backendId);
  [[nodiscard]] bool suffers(const db::BlockedSession& blocked, bool weak) const;
  bool connect();

  const RunTarget& target_;
  const Milliseconds longestBlocking_;
  const Milliseconds connectTimeout_;
  SharedJournal& journal_;
  StatementBreaker& breaker_;

  std::unique_ptr<db::Session> session_;  ///< of the thread alone, like the three that follow
  bool outageTold_ = false;
  bool sightTold_ = false;
  std::chrono::steady_clock::time_point nextProgress_{};

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Watched> watched_;
  std::uint64_t statement_ = 0;  ///< counts statements, so that a late look is not taken for one at the next
  Observed observed_;
  std::jthread thread_;
};

}  // namespace hotswap::execution
