#include "monitor/instance_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace hotswap::monitor {

namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr Seconds snapshotEvery{5};
constexpr Milliseconds glance{200};
constexpr Seconds silenceIsBad{2.5};      ///< longer than a statement may take
constexpr Seconds silenceIsHopeless{10};  ///< the reader hangs: begin with a new one
constexpr Seconds captureGivesUp{5};
constexpr Seconds excusedFor{4};
/// Samples are a little shorter or longer than a second; a window is full when less than this is missing.
constexpr Seconds captureTolerance{0.25};

}  // namespace

class InstanceMonitor::State {
 public:
  State(Target target, Clock& clock, OnSnapshot onSnapshot)
      : target_(std::move(target)),
        clock_(clock),
        onSnapshot_(std::move(onSnapshot)),
        heardAt_(clock.steadyNow()),
        snapshotAt_(clock.steadyNow()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  Baseline capture(Seconds window, const std::stop_token& stop);
  void arm(const Baseline& baseline, const WatchSettings& settings);
  void excuseBlocking() {
    const std::lock_guard lock(mutex_);
    blockingAt_ = clock_.steadyNow();
  }
  [[nodiscard]] std::optional<Breach> breach() const;
  void onBreach(std::function<void(const Breach&)> handler);
  [[nodiscard]] std::optional<PerformanceSnapshot> newest() const;
  [[nodiscard]] std::string lastError() const;

 private:
  /// A baseline in the making: the samples that began after `from`.
  struct Capture {
    Moment from;
    std::vector<Sample> samples;
    Seconds length{0};
  };

  void run(const std::stop_token& stop);
  void take(const ReaderEvent& event);
  void takeSample(Sample sample);
  void noticeSilence(std::unique_ptr<InstanceReader>& reader);
  void cannotRead(Moment at, const std::string& why);
  void found(const std::optional<Breach>& breach);
  void keepSnapshot();
  void callHandlers();
  void tellFailure(const char* what, const std::exception& error);

  const Target target_;
  Clock& clock_;
  const OnSnapshot onSnapshot_;

  // The monitor's thread alone.
  std::optional<db::VitalsReading> before_;
  std::set<std::string> ownQueryIds_;  ///< over all sessions
  std::vector<Sample> sinceSnapshot_;
  Moment heardAt_;
  Moment silenceToldAt_;
  Moment snapshotAt_;
  std::optional<PerformanceSnapshot> snapshotToTell_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable_any changed_;
  std::list<Capture> captures_;
  std::optional<BreachDetector> detector_;
  std::optional<Breach> breach_;
  bool breachTold_ = false;
  std::function<void(const Breach&)> breachHandler_;
  std::optional<PerformanceSnapshot> newest_;
  std::optional<Moment> unreadableSince_;
  std::optional<Moment> blockingAt_;
  std::string readError_;
  std::string handlerError_;

  std::jthread thread_;  ///< last: ends before the rest goes
};

void InstanceMonitor::State::run(const std::stop_token& stop) {
  auto reader = std::make_unique<InstanceReader>(target_, clock_);
  while (!stop.stop_requested()) {
    if (const auto event = reader->next(glance, stop)) {
      take(*event);
    } else if (!stop.stop_requested()) {
      noticeSilence(reader);
    }
    if (clock_.steadyNow() - snapshotAt_ >= snapshotEvery) keepSnapshot();
    callHandlers();
  }
}

void InstanceMonitor::State::take(const ReaderEvent& event) {
  heardAt_ = clock_.steadyNow();
  if (!event.readable) return cannotRead(event.at, event.error);
  ownQueryIds_.insert(event.reading.ownQueryIds.begin(), event.reading.ownQueryIds.end());
  if (event.firstOfSession) before_.reset();
  if (before_) {
    Sample sample = difference(*before_, event.reading, event.timestamp);
    sample.probeMs = event.probeMs;
    for (const std::string& id : ownQueryIds_) sample.queries.erase(id);
    sample.ownQueryIds = ownQueryIds_;
    takeSample(std::move(sample));
  }
  before_ = event.reading;
  const std::lock_guard lock(mutex_);
  readError_.clear();
  unreadableSince_.reset();
  changed_.notify_all();
}

void InstanceMonitor::State::takeSample(Sample sample) {
  {
    const std::lock_guard lock(mutex_);
    for (Capture& capture : captures_) {
      if (sample.at - std::chrono::duration_cast<Moment::duration>(sample.length) < capture.from) continue;
      capture.samples.push_back(sample);
      capture.length += sample.length;
    }
    sample.blockedByUs = blockingAt_ && sample.at - *blockingAt_ < excusedFor;
    if (detector_) found(detector_->add(sample));
  }
  sinceSnapshot_.push_back(std::move(sample));
}

void InstanceMonitor::State::noticeSilence(std::unique_ptr<InstanceReader>& reader) {
  const Moment now = clock_.steadyNow();
  const Seconds silence = now - heardAt_;
  if (silence < silenceIsBad || now - silenceToldAt_ < std::chrono::seconds(1)) return;
  silenceToldAt_ = now;
  cannotRead(now, fmt::format("The server has not answered for {:.0f} s.", silence.count()));
  if (silence < silenceIsHopeless) return;
  before_.reset();
  reader = std::make_unique<InstanceReader>(target_, clock_);
  heardAt_ = clock_.steadyNow();
}

void InstanceMonitor::State::cannotRead(Moment at, const std::string& why) {
  const std::lock_guard lock(mutex_);
  readError_ = why;
  if (!unreadableSince_) unreadableSince_ = before_ ? before_->at : at;
  if (detector_) found(detector_->addUnreadable(at, why));
  changed_.notify_all();
}

/// With the mutex held.
void InstanceMonitor::State::found(const std::optional<Breach>& breach) {
  if (!breach_) breach_ = breach;
}

void InstanceMonitor::State::keepSnapshot() {
  snapshotAt_ = std::max(snapshotAt_ + std::chrono::duration_cast<Moment::duration>(snapshotEvery),
                         clock_.steadyNow() - std::chrono::seconds(1));
  snapshotToTell_ = summarise(target_.instance, sinceSnapshot_, clock_.now());
  sinceSnapshot_.clear();
  const std::lock_guard lock(mutex_);
  newest_ = snapshotToTell_;
}

void InstanceMonitor::State::callHandlers() {
  std::optional<Breach> untold;
  std::function<void(const Breach&)> handler;
  {
    const std::lock_guard lock(mutex_);
    if (!breachTold_) untold = breach_;
    breachTold_ = breach_.has_value();
    handler = breachHandler_;
  }
  try {
    if (untold && handler) handler(*untold);
  } catch (const std::exception& error) {
    tellFailure("A breach could not be reported", error);
  }
  if (const auto snapshot = std::exchange(snapshotToTell_, std::nullopt); snapshot && onSnapshot_) {
    try {
      onSnapshot_(*snapshot);
    } catch (const std::exception& error) {
      tellFailure("A snapshot could not be kept", error);
    }
  }
}

void InstanceMonitor::State::tellFailure(const char* what, const std::exception& error) {
  const std::lock_guard lock(mutex_);
  handlerError_ = fmt::format("{}: {}", what, error.what());
}

Baseline InstanceMonitor::State::capture(Seconds window, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const Moment from = clock_.steadyNow();
  const auto capture = captures_.insert(captures_.end(), {.from = from, .samples = {}});
  const auto full = [&] { return capture->length >= window - captureTolerance && !capture->samples.empty(); };
  const auto hopeless = [&] {
    return unreadableSince_ && clock_.steadyNow() - std::max(*unreadableSince_, from) >= captureGivesUp;
  };
  while (!full() && !hopeless() && !stop.stop_requested()) {
    changed_.wait_for(lock, stop, glance, full);
  }
  const bool complete = full();
  const std::vector<Sample> samples = std::move(capture->samples);
  captures_.erase(capture);
  const std::string why = readError_;
  lock.unlock();
  if (stop.stop_requested()) {
    throw Error(ErrorCode::Conflict, fmt::format("Measuring the baseline of {} was stopped.", target_.instance));
  }
  if (!complete) {
    throw Error(ErrorCode::Unavailable, fmt::format("The baseline of {} can't be measured: {}", target_.instance, why),
                {}, {.retryable = true});
  }
  return makeBaseline(target_.instance, samples, clock_.now());
}

void InstanceMonitor::State::arm(const Baseline& baseline, const WatchSettings& settings) {
  const std::lock_guard lock(mutex_);
  detector_.emplace(baseline, settings);
  breach_.reset();
  breachTold_ = false;
}

std::optional<Breach> InstanceMonitor::State::breach() const {
  const std::lock_guard lock(mutex_);
  return breach_;
}

void InstanceMonitor::State::onBreach(std::function<void(const Breach&)> handler) {
  const std::lock_guard lock(mutex_);
  breachHandler_ = std::move(handler);
}

std::optional<PerformanceSnapshot> InstanceMonitor::State::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::string InstanceMonitor::State::lastError() const {
  const std::lock_guard lock(mutex_);
  return readError_.empty() ? handlerError_ : readError_;
}

InstanceMonitor::InstanceMonitor(Target target, Clock& clock, OnSnapshot onSnapshot)
    : state_(std::make_unique<State>(std::move(target), clock, std::move(onSnapshot))) {}

InstanceMonitor::~InstanceMonitor() = default;

Baseline InstanceMonitor::captureBaseline(Seconds window, const std::stop_token& stop) {
  return state_->capture(window, stop);
}
void InstanceMonitor::arm(const Baseline& baseline, const WatchSettings& settings) { state_->arm(baseline, settings); }
void InstanceMonitor::excuseBlocking() { state_->excuseBlocking(); }
std::optional<Breach> InstanceMonitor::breach() const { return state_->breach(); }
void InstanceMonitor::onBreach(std::function<void(const Breach&)> handler) { state_->onBreach(std::move(handler)); }
std::optional<PerformanceSnapshot> InstanceMonitor::newest() const { return state_->newest(); }
std::string InstanceMonitor::lastError() const { return state_->lastError(); }

}  // namespace hotswap::monitor
