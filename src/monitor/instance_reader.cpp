#include "monitor/instance_reader.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace hotswap::monitor {

namespace {

constexpr Milliseconds readEvery{1000};
constexpr Milliseconds probeEvery{100};
constexpr Milliseconds connectTimeout{2000};
constexpr db::SessionLimits limits{.lock = Milliseconds{1000}, .statement = Milliseconds{2000}};
constexpr Milliseconds endPatience{1000};

}  // namespace

/// Shared by the thread and its owner; guarded by its mutex.
struct InstanceReader::Mailbox {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<ReaderEvent> events;
  bool ended = false;
  std::stop_source stop;

  void put(ReaderEvent event) {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
    changed.notify_all();
  }
};

namespace {

/// The thread's side. After each call that may have hung, `stop_` is asked before anything but the session is touched.
class Reading {
 public:
  Reading(WatchedInstance target, Clock& clock, std::stop_token stop)
      : target_(std::move(target)), clock_(clock), stop_(std::move(stop)) {}

  /// One attempt. Its times are left to the caller.
  ReaderEvent attempt() {
    ReaderEvent event;
    try {
      event.firstOfSession = connect();
      event.reading = vitals_->read();
      event.readable = true;
    } catch (const std::exception& error) {
      event.error = error.what();
      dropIfLost();
    }
    event.probeMs = std::exchange(probes_, {});
    return event;
  }

  /// Probes until `end`; false when asked to stop.
  bool probeUntil(std::chrono::steady_clock::time_point end) {
    auto next = clock_.steadyNow();
    while (next + probeEvery < end) {
      next += probeEvery;
      if (!waitUntil(next)) return false;
      if (!vitals_) continue;
      try {
        const double took = vitals_->probe().count();
        probes_.push_back(took);
      } catch (const std::exception&) {
        // The reading that comes next meets the same obstacle and reports it.
        dropIfLost();
      }
      if (stop_.stop_requested()) return false;
    }
    return waitUntil(end);
  }

 private:
  /// Whether a new session had to be opened.
  bool connect() {
    if (vitals_) return false;
    session_ = target_.engine->connect(target_.connection, target_.applicationName, connectTimeout);
    target_.engine->setLimits(*session_, limits);
    vitals_ = target_.engine->vitals(*session_, target_.connection.isLocal());
    return true;
  }

  void dropIfLost() {
    if (session_ && session_->usable()) return;
    vitals_.reset();
    session_.reset();
  }

  bool waitUntil(std::chrono::steady_clock::time_point moment) {
    const auto left = std::chrono::ceil<Milliseconds>(moment - clock_.steadyNow());
    return clock_.waitFor(std::max(left, Milliseconds{0}), stop_);
  }

  WatchedInstance target_;
  Clock& clock_;
  std::stop_token stop_;
  std::unique_ptr<db::Session> session_;
  std::unique_ptr<db::Vitals> vitals_;
  std::vector<double> probes_;
};

}  // namespace

InstanceReader::InstanceReader(WatchedInstance target, Clock& clock) : mailbox_(std::make_shared<Mailbox>()) {
  std::thread([mailbox = mailbox_, target = std::move(target), &clock]() mutable {
    {
      const std::stop_token stop = mailbox->stop.get_token();
      Reading reading(std::move(target), clock, stop);
      auto next = clock.steadyNow();
      while (!stop.stop_requested()) {
        ReaderEvent event = reading.attempt();
        if (stop.stop_requested()) break;
        event.at = event.readable ? event.reading.at : clock.steadyNow();
        event.timestamp = clock.now();
        mailbox->put(std::move(event));
        // A second that was missed is not made up for.
        next = std::max(next + readEvery, clock.steadyNow());
        if (!reading.probeUntil(next)) break;
      }
    }
    const std::lock_guard lock(mailbox->mutex);
    mailbox->ended = true;
    mailbox->changed.notify_all();
  }).detach();
}

InstanceReader::~InstanceReader() {
  mailbox_->stop.request_stop();
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->changed.wait_for(lock, endPatience, [&] { return mailbox_->ended; });
}

std::optional<ReaderEvent> InstanceReader::next(Milliseconds patience, const std::stop_token& stop) {
  std::unique_lock lock(mailbox_->mutex);
  if (!mailbox_->changed.wait_for(lock, stop, patience, [&] { return !mailbox_->events.empty(); })) return std::nullopt;
  ReaderEvent event = std::move(mailbox_->events.front());
  mailbox_->events.pop_front();
  return event;
}

}  // namespace hotswap::monitor
