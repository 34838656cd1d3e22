#include "execution/blocking_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hotswap::execution {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds lookEvery{250};
constexpr Milliseconds progressEvery{1000};
constexpr db::SessionLimits ownLimits{.lock = Milliseconds(1000), .statement = Milliseconds(5000)};

double millisecondsSince(SteadyClock::time_point moment) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - moment).count();
}

}  // namespace

BlockingWatch::BlockingWatch(const RunTarget& target, const RunSettings& settings, SharedJournal& journal,
                             StatementBreaker& breaker)
    : target_(target),
      longestBlocking_(settings.longestBlocking),
      connectTimeout_(settings.connectTimeout),
      journal_(journal),
      breaker_(breaker) {
  thread_ = std::jthread([this](const std::stop_token& ending) { run(ending); });
}

void BlockingWatch::begin(const Watched& watched) {
  {
    const std::lock_guard lock(mutex_);
    watched_ = watched;
    observed_ = {};
    ++statement_;
  }
}

Observed BlockingWatch::end() {
  const std::lock_guard lock(mutex_);
  watched_.reset();
  return std::exchange(observed_, {});
}

bool BlockingWatch::connect() {
  if (session_ && session_->usable()) return true;
  session_ = target_.engine->connect(target_.connection, target_.applicationName, connectTimeout_);
  target_.engine->setLimits(*session_, ownLimits);
  outageTold_ = false;
  if (!std::exchange(sightTold_, true) && !target_.engine->sessionWatch().seesAll(*session_)) {
    journal_.logQuietly({.level = "warning",
                         .message = "this role may not see what other sessions run; whom a statement blocks is found "
                                    "by its locks alone. Grant it pg_monitor to have them named"});
  }
  return true;
}

void BlockingWatch::run(const std::stop_token& ending) {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = 0;
  // The looks keep their own time: those who wait for a transaction wait however short its statements are, and a
  // statement that is over before the next look costs nothing.
  while (!changed_.wait_for(lock, ending, lookEvery, [&] { return ending.stop_requested(); })) {
    if (!watched_) continue;
    if (std::exchange(seen, statement_) != statement_) nextProgress_ = SteadyClock::now() + progressEvery;
    const std::uint64_t statement = statement_;
    const Watched watched = *watched_;
    lock.unlock();
    look(watched, statement);
    lock.lock();
  }
}

void BlockingWatch::look(const Watched& watched, std::uint64_t statement) {
  try {
    if (!connect()) return;
    const db::SessionWatch& watch = target_.engine->sessionWatch();
    const auto blockers = watch.blockersOf(*session_, watched.backendId);
    const auto blocked = watch.blockedBy(*session_, watched.backendId);
    const double held = millisecondsSince(watched.holdingSince);
    std::size_t count = 0;
    double longest = 0;
    bool tooLong = false;
    for (const db::BlockedSession& one : blocked) {
      if (one.application.starts_with("hotswap")) continue;
      ++count;
      const double waited = std::min(one.waitedMs, held);
      longest = std::max(longest, waited);
      if (waited > static_cast<double>(longestBlocking_.count()) && suffers(one, watched.weak)) tooLong = true;
    }
    if (count > 0 && target_.onBlocking) target_.onBlocking();
    {
      const std::lock_guard lock(mutex_);
      if (!watched_ || statement_ != statement) return;
      observed_.waited = !blockers.empty();
      if (!blockers.empty()) observed_.blockers = blockers;
      observed_.mostBlocked = std::max(observed_.mostBlocked, count);
      observed_.longestBlocked = std::max(observed_.longestBlocked, Milliseconds(static_cast<std::int64_t>(longest)));
      if (tooLong) {
        observed_.brokenOff = true;
        breaker_.breakOff();
      }
    }
    if (SteadyClock::now() >= nextProgress_) tellProgress(watched.backendId);
  } catch (const std::exception& error) {
    session_.reset();
    if (!std::exchange(outageTold_, true)) {
      journal_.logQuietly(
          {.level = "warning",
           .message = fmt::format("whom the statement blocks can't be seen for now: {}", error.what())});
    }
  }
}

bool BlockingWatch::suffers(const db::BlockedSession& blocked, bool weak) const {
  if (!weak) return true;
  // The text may be cut; what can't be parsed counts as a query.
  const db::ParsedScript parsed = target_.engine->script().parse(blocked.statement);
  return parsed.error || std::ranges::any_of(parsed.statements, [](const db::Statement& statement) {
           return statement.lockClass == db::LockClass::Data || statement.lockClass == db::LockClass::None;
         });
}

void BlockingWatch::tellProgress(std::int64_t backendId) {
  nextProgress_ = SteadyClock::now() + progressEvery;
  const auto progress = target_.engine->sessionWatch().progressOf(*session_, backendId);
  if (progress) journal_.progressQuietly(progress->activity, progress->percent);
}

}  // namespace hotswap::execution
