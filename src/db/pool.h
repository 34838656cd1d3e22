#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "db/engine.h"

namespace hotswap::db {

/// Sessions to one database, kept open and lent out. Owner of its sessions; one mutex guards the list.
/// A session that is handed back unusable or with an open transaction is closed; one that has idled longer than 30 s is
/// asked for a sign of life before it is lent out again.
class Pool {
 public:
  struct Size {
    std::size_t least = 2;
    std::size_t most = 20;
  };

  Pool(const Engine& engine, ConnectionString target, std::string applicationName, Size size, const Clock& clock);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  /// A session on loan; goes back when it ends.
  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) noexcept = default;
    ~Lease();
    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_.get(); }

   private:
    friend class Pool;
    Lease(Pool& pool, std::unique_ptr<Session> session) : pool_(&pool), session_(std::move(session)) {}
    Pool* pool_;
    std::unique_ptr<Session> session_;
  };

  /// A session, a new one where none is free and fewer than `most` are out. Waits up to `patience` for one; throws Error
  /// (Unavailable) after that, SqlError where connecting fails.
  Lease take(Milliseconds patience);
  /// How many sessions are open, lent out or not.
  [[nodiscard]] std::size_t open() const;

 private:
  struct Idle {
    std::unique_ptr<Session> session;
    std::chrono::steady_clock::time_point since;
  };
  void giveBack(std::unique_ptr<Session> session) noexcept;

  const Engine& engine_;
  ConnectionString target_;
  std::string applicationName_;
  Size size_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Idle> idle_;
  std::size_t lent_ = 0;
};

}  // namespace hotswap::db
