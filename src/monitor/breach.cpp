#include "monitor/breach.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hotswap::monitor {

namespace {

constexpr double leastCallsForAverage = 20;
constexpr double leastCallsForQuery = 10;
constexpr double machineNoise = 1.4;
constexpr std::size_t leastProbes = 10;

Seconds between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return to - from;
}

std::string latencySentence(const std::string& subject, const LatencyWatch::Finding& finding) {
  return fmt::format(
      "{} {:.3g} ms, {:.3g} times the {:.3g} ms of the baseline; the limit is {:.3g} ms (held for {:.0f} s).", subject,
      finding.meanMs, finding.meanMs / finding.usualMs, finding.usualMs, finding.limitMs, finding.heldFor.count());
}

}  // namespace

BreachDetector::BreachDetector(Baseline baseline, WatchSettings settings)
    : baseline_(std::move(baseline)),
      settings_(settings),
      average_(baseline_.queries, baseline_.window,
               {.factor = settings.latencyFactor, .window = settings.window, .leastCalls = leastCallsForAverage}) {
  for (const auto& [id, usual] : baseline_.queries) {
    // Without query counters the whole database is the only query, and the average already.
    if (id == wholeDatabase || usual.callsPerSecond * baseline_.window.count() < leastCallsForQuery) continue;
    singles_.push_back(
        {.id = id,
         .shareBefore = usual.share,
         .watch = LatencyWatch(
             {{id, usual}}, baseline_.window,
             {.factor = settings.latencyFactor, .window = settings.window, .leastCalls = leastCallsForQuery})});
  }
}

std::optional<Breach> BreachDetector::add(const Sample& sample) {
  readAt_ = sample.at;
  unreadableSince_.reset();
  recent_.push_back(sample);
  recent_.back().queries.clear();
  while (between(recent_.front().at, sample.at) >= settings_.window) recent_.pop_front();

  // Every rule sees every sample it may judge, whatever the ones before it find.
  const auto lockWait = checkLockWait(sample);
  const auto latency = sample.blockedByUs ? std::nullopt : checkLatency(sample);
  const auto lag = checkLag(sample);
  const auto cpu = checkCpu(sample);
  for (const auto* found : {&lockWait, &latency, &lag, &cpu}) {
    if (*found) return *found;
  }
  return std::nullopt;
}

std::optional<Breach> BreachDetector::addUnreadable(std::chrono::steady_clock::time_point at, const std::string& why) {
  if (!unreadableSince_) unreadableSince_ = readAt_.value_or(at);
  const Seconds held = between(*unreadableSince_, at);
  if (held < settings_.window) return std::nullopt;
  return Breach{.kind = Breach::Kind::InstanceUnreachable,
                .message = fmt::format("The instance could not be read for {:.1f} s; the limit is {:.3g} s. {}",
                                       held.count(), settings_.window.count(), why),
                .value = held.count(),
                .limit = settings_.window.count(),
                .heldFor = held};
}

LatencyWatch::Surroundings BreachDetector::surroundingsOf(const Sample& sample) const {
  LatencyWatch::Surroundings surroundings;
  for (const auto& [id, query] : sample.queries) surroundings.allMs += query.totalMs;
  std::vector<double> probes;
  for (const Sample& recent : recent_) probes.insert(probes.end(), recent.probeMs.begin(), recent.probeMs.end());
  const double usual = baseline_.snapshot.p50QueryLatencyMs.value_or(0);
  if (probes.size() >= leastProbes && usual > 0) {
    surroundings.allowance = std::clamp(*quantile(std::move(probes), 0.5) / usual, 1.0, machineNoise);
  }
  return surroundings;
}

std::optional<Breach> BreachDetector::checkLatency(const Sample& sample) {
  if (sample.hasQueryCounters == baseline_.queries.contains(wholeDatabase)) return std::nullopt;
  const LatencyWatch::Surroundings surroundings = surroundingsOf(sample);
  std::optional<Breach> worst;
  for (SingleQuery& single : singles_) {
    const auto finding = single.watch.add(sample, surroundings);
    if (!finding || std::max(single.shareBefore, finding->share) < settings_.queryShare) continue;
    if (worst && worst->value / worst->limit >= finding->meanMs / finding->limitMs) continue;
    worst = Breach{.kind = Breach::Kind::QueryLatency,
                   .message = latencySentence(fmt::format("Query {} takes on average", single.id), *finding),
                   .value = finding->meanMs,
                   .limit = finding->limitMs,
                   .heldFor = finding->heldFor,
                   .queryId = single.id};
  }
  const auto average = average_.add(sample, surroundings);
  if (worst || !average) return worst;
  return Breach{.kind = Breach::Kind::AverageLatency,
                .message = latencySentence("The application's queries take on average", *average),
                .value = average->meanMs,
                .limit = average->limitMs,
                .heldFor = average->heldFor};
}

std::optional<Breach> BreachDetector::checkLockWait(const Sample& sample) {
  if (!sample.lockWaitMs) return std::nullopt;
  const double usual = baseline_.snapshot.lockWaitTimeMs.value_or(0);
  const double configured = settings_.lockWait.count() * 1000;
  const double limit = usual > configured ? usual * 1.5 : configured;
  const bool before = lockWaitBefore_.value_or(0) > limit;
  lockWaitBefore_ = sample.lockWaitMs;
  if (*sample.lockWaitMs <= limit || !before) return std::nullopt;
  return Breach{.kind = Breach::Kind::LockWait,
                .message = fmt::format(
                    "A session of the application has been waiting for a lock for {:.1f} s; the limit is {:.3g} s.",
                    *sample.lockWaitMs / 1000, limit / 1000),
                .value = *sample.lockWaitMs,
                .limit = limit,
                .heldFor = Seconds(*sample.lockWaitMs / 1000)};
}

std::optional<Breach> BreachDetector::checkCpu(const Sample& sample) {
  const double usual = baseline_.snapshot.cpuUsagePercent.value_or(0);
  if (!sample.cpuPercent || usual > settings_.cpuPercent) return std::nullopt;
  double sum = 0;
  double known = 0;
  for (const Sample& recent : recent_) {
    if (!recent.cpuPercent) continue;
    sum += *recent.cpuPercent;
    known += 1;
  }
  const double mean = sum / known;
  if (mean <= settings_.cpuPercent) {
    cpuHighSince_.reset();
    return std::nullopt;
  }
  if (!cpuHighSince_) cpuHighSince_ = sample.at;
  const Seconds held = between(*cpuHighSince_, sample.at);
  if (held < settings_.cpuPatience) return std::nullopt;
  return Breach{.kind = Breach::Kind::Cpu,
                .message = fmt::format(
                    "The host's CPU has been over {:.3g} % for {:.0f} s ({:.0f} % now, {:.0f} % in the baseline).",
                    settings_.cpuPercent, held.count(), mean, usual),
                .value = mean,
                .limit = settings_.cpuPercent,
                .heldFor = held};
}

std::optional<Breach> BreachDetector::checkLag(const Sample& sample) {
  if (!sample.replicationLagSeconds) return std::nullopt;
  const double lag = *sample.replicationLagSeconds;
  if (!laggingSince_ && lag > settings_.lag.count()) laggingSince_ = sample.at;
  if (!laggingSince_) return std::nullopt;
  if (lag < settings_.lagRecovered.count()) {
    laggingSince_.reset();
    return std::nullopt;
  }
  const Seconds held = between(*laggingSince_, sample.at);
  if (held < settings_.lagPatience) return std::nullopt;
  return Breach{
      .kind = Breach::Kind::ReplicationLag,
      .message = fmt::format(
          "Replication is {:.0f} s behind: it went over {:.3g} s and has not come back under {:.3g} s for {:.0f} s.",
          lag, settings_.lag.count(), settings_.lagRecovered.count(), held.count()),
      .value = lag,
      .limit = settings_.lag.count(),
      .heldFor = held};
}

}  // namespace hotswap::monitor
