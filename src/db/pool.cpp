#include "db/pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "observe/log.h"

namespace hotswap::db {

namespace {

constexpr std::chrono::seconds unquestioned{30};  ///< idle time after which a session must show that it is alive
constexpr std::chrono::seconds kept{60};          ///< idle time after which one beyond `least` is closed
constexpr Milliseconds connectTimeout{10'000};

}  // namespace

Pool::Pool(const Engine& engine, ConnectionString target, std::string applicationName, Size size, const Clock& clock)
    : engine_(engine),
      target_(std::move(target)),
      applicationName_(std::move(applicationName)),
      size_(size),
      clock_(clock) {
  if (size_.most == 0 || size_.least > size_.most) {
    throw Error(ErrorCode::ValidationError,
                fmt::format("A pool of {} to {} connections is impossible.", size_.least, size_.most));
  }
  idle_.reserve(size_.most);  // handing back must not fail
}

Pool::~Pool() = default;

Pool::Lease& Pool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    if (session_) pool_->giveBack(std::move(session_));
    pool_ = other.pool_;
    session_ = std::move(other.session_);
  }
  return *this;
}

Pool::Lease::~Lease() {
  if (session_) pool_->giveBack(std::move(session_));
}

Pool::Lease Pool::take(Milliseconds patience) {
  std::vector<Idle> expired;  // closed when the lock is gone
  Idle candidate;
  {
    std::unique_lock lock(mutex_);
    expired = takeExpired();
    waitForTurn(lock, patience);
    candidate = popIdle();
    ++lent_;
  }
  freed_.notify_all();  // the next in the queue may find another one free
  while (candidate.session) {
    if (alive(candidate)) return {*this, std::move(candidate.session)};
    candidate.session.reset();
    const std::lock_guard lock(mutex_);
    candidate = popIdle();
  }
  return {*this, connect()};
}

Pool::Idle Pool::popIdle() {
  if (idle_.empty()) return {};
  Idle newest = std::move(idle_.back());
  idle_.pop_back();
  return newest;
}

void Pool::waitForTurn(std::unique_lock<std::mutex>& lock, Milliseconds patience) {
  const std::uint64_t ticket = nextTicket_++;
  waiting_.push_back(ticket);
  const bool granted = freed_.wait_for(
      lock, patience, [&] { return waiting_.front() == ticket && (!idle_.empty() || lent_ < size_.most); });
  std::erase(waiting_, ticket);
  if (granted) return;
  freed_.notify_all();
  throw Error(ErrorCode::Unavailable,
              fmt::format("All {} connections to the database are in use; try again later.", size_.most), {},
              {.retryable = true});
}

std::vector<Pool::Idle> Pool::takeExpired() {
  const auto now = clock_.steadyNow();
  std::size_t count = 0;
  while (count < idle_.size() && idle_.size() - count + lent_ > size_.least && now - idle_[count].since > kept) ++count;
  const auto end = idle_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Idle> expired(std::make_move_iterator(idle_.begin()), std::make_move_iterator(end));
  idle_.erase(idle_.begin(), end);
  return expired;
}

std::unique_ptr<Session> Pool::connect() {
  try {
    return engine_.connect(target_, applicationName_, connectTimeout);
  } catch (...) {
    forget();
    throw;
  }
}

bool Pool::alive(Idle& idle) const {
  if (!idle.session->usable()) return false;
  if (clock_.steadyNow() - idle.since <= unquestioned) return true;
  try {
    idle.session->query("SELECT 1");
    return true;
  } catch (const Error& error) {
    observe::logInfo(fmt::format("A pooled connection was found dead and is replaced: {}", error.what()));
    return false;
  }
}

void Pool::giveBack(std::unique_ptr<Session> session) noexcept {
  try {
    if (session->inTransaction()) {
      observe::logWarning("A pooled connection was handed back with an open transaction; it is closed.");
    } else if (session->usable()) {
      session->reset();
      const std::lock_guard lock(mutex_);
      idle_.push_back({std::move(session), clock_.steadyNow()});
      --lent_;
      freed_.notify_all();
      return;
    }
  } catch (const std::exception& error) {
    observe::logWarning(fmt::format("A pooled connection could not be reset and is closed: {}", error.what()));
  }
  session.reset();
  forget();
}

void Pool::forget() noexcept {
  const std::lock_guard lock(mutex_);
  --lent_;
  freed_.notify_all();
}

std::size_t Pool::open() const {
  const std::lock_guard lock(mutex_);
  return idle_.size() + lent_;
}

std::size_t Pool::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace hotswap::db
