#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "db/engine.h"

namespace hotswap::db {

/// Sessions to one database, opened when they are needed, kept open and lent out, first come first served. Owner of its
/// sessions; one mutex guards the list, and nothing is asked of a server while it is held. Safe from any thread.
///
/// A session that is handed back unusable or with an open transaction is closed; every other one is reset first, so
/// that no setting, temporary table or lock of one borrower is seen by the next. One that has idled longer than 30 s is
/// asked for a sign of life before it is lent out again. Idle for more than 60 s, sessions beyond `least` are closed at
/// the next `take`.
class Pool {
 public:
  struct Size {
    std::size_t least = 2;
    std::size_t most = 20;
  };

  /// Opens nothing yet. `engine` and `clock` must outlive the pool. Throws Error (ValidationError) where `most` is 0 or
  /// less than `least`.
  Pool(const Engine& engine, ConnectionString target, std::string applicationName, Size size, const Clock& clock);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  /// Closes what is open. All leases must have ended.
  ~Pool();

  /// A session on loan; goes back when it ends, which takes one exchange with the server.
  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();
    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_.get(); }

   private:
    friend class Pool;
    Lease(Pool& pool, std::unique_ptr<Session> session) : pool_(&pool), session_(std::move(session)) {}
    Pool* pool_;
    std::unique_ptr<Session> session_;
  };

  /// A session, a new one where none is free and fewer than `most` are open. Waits up to `patience` for its turn, in
  /// real time, and up to 10 s for a connection; throws Error (Unavailable, retryable) after the first, SqlError where
  /// connecting fails.
  Lease take(Milliseconds patience);
  /// How many sessions are open or being opened, lent out or not.
  [[nodiscard]] std::size_t open() const;
  /// How many callers wait for one.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Idle {
    std::unique_ptr<Session> session;
    std::chrono::steady_clock::time_point since;
  };
  void waitForTurn(std::unique_lock<std::mutex>& lock, Milliseconds patience);
  std::vector<Idle> takeExpired();
  Idle popIdle();
  std::unique_ptr<Session> connect();
  bool alive(Idle& idle) const;
  void giveBack(std::unique_ptr<Session> session) noexcept;
  void forget() noexcept;

  const Engine& engine_;
  ConnectionString target_;
  std::string applicationName_;
  Size size_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Idle> idle_;             ///< oldest first
  std::size_t lent_ = 0;               ///< lent out, or being opened or checked for a borrower
  std::deque<std::uint64_t> waiting_;  ///< tickets of those who wait, in the order in which they came
  std::uint64_t nextTicket_ = 0;
};

}  // namespace hotswap::db
