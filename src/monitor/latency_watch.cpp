#include "monitor/latency_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hotswap::monitor {

namespace {

constexpr double callsPerBlock = 5;
constexpr double fewCalls = 10;         ///< fewer say nothing of how they scatter
constexpr double evidencePerCall = 10;  ///< at most, of a call in flight
constexpr double manyInFlight = 10;
constexpr double errorsOfDifference = 3;
constexpr double errorsOfRatio = 4;
constexpr double leastRiseMs = 0.2;
constexpr double leastRisePerSecond = 100;  ///< ms
/// Blocks that don't fill, and stretches that don't go on, are forgotten after this many windows.
constexpr double forgetAfter = 2;

}  // namespace

LatencyWatch::LatencyWatch(std::map<std::string, QueryBaseline> known, Seconds baselineWindow, Limits limits)
    : known_(std::move(known)), baselineWindow_(baselineWindow), limits_(limits) {}

std::optional<LatencyWatch::Finding> LatencyWatch::add(const Sample& sample, const Surroundings& surroundings) {
  const double allowance = surroundings.allowance;
  const auto patience = limits_.window * forgetAfter;
  if (!stretch_.empty() && sample.at - lastBlockEnd_ > patience) stretch_ = {};
  if (!block_.empty() && sample.at - block_.start > patience + sample.length) block_ = {};

  block_.add(sample, surroundings.allMs, known_);
  const Weighed block = weigh(block_, sample);
  if (block.evidence < callsPerBlock) return std::nullopt;
  if (!isBad(block, allowance)) {
    block_ = {};
    stretch_ = {};
    return std::nullopt;
  }
  stretch_.add(block_);
  block_ = {};
  lastBlockEnd_ = sample.at;

  if (sample.at - stretch_.heldFrom < limits_.window) return std::nullopt;
  const Weighed sum = weigh(stretch_, sample);
  if (sum.evidence < limits_.leastCalls || !isBad(sum, allowance) || !isCertain(sum, allowance)) return std::nullopt;
  const double usualMs = sum.expectedMs / sum.calls;
  return Finding{.meanMs = sum.actualMs / sum.calls,
                 .usualMs = usualMs,
                 .limitMs = usualMs * limits_.factor * allowance,
                 .share = sum.actualMs / std::max(stretch_.allMs + sum.inFlightMs, sum.actualMs),
                 .heldFor = sample.at - stretch_.start};
}

LatencyWatch::Weighed LatencyWatch::weigh(const Span& span, const Sample& newest) const {
  static const std::vector<double> none;
  Weighed sum{.seconds = span.length.count()};
  for (const auto& [id, usual] : known_) {
    const auto finished = span.tallies.find(id);
    const auto now = newest.queries.find(id);
    const std::vector<double>& inFlight = now == newest.queries.end() ? none : now->second.inFlight;
    if (finished == span.tallies.end() && inFlight.empty()) continue;
    weighQuery(sum, usual, finished == span.tallies.end() ? Tally{} : finished->second, inFlight);
  }
  return sum;
}

void LatencyWatch::weighQuery(Weighed& sum, const QueryBaseline& usual, Tally tally,
                              const std::vector<double>& inFlight) const {
  const double usualMs = std::max(usual.meanMs, 1e-6);
  double evidence = tally.calls;
  const auto overdue = static_cast<double>(
      std::count_if(inFlight.begin(), inFlight.end(), [&](double elapsed) { return elapsed > usualMs; }));
  const double usualCalls = usual.callsPerSecond * sum.seconds;
  if (overdue > 0 && (overdue >= manyInFlight || tally.calls < usualCalls / 2)) {
    for (const double elapsed : inFlight) {
      if (elapsed <= usualMs) continue;
      tally.calls += 1;
      tally.totalMs += elapsed;
      tally.sumSquares += elapsed * elapsed;
      evidence += std::min(elapsed / usualMs, evidencePerCall);
      sum.inFlightMs += elapsed;
    }
  }
  if (tally.calls <= 0) return;

  const double mean = tally.totalMs / tally.calls;
  const double baselineCalls = std::max(usual.callsPerSecond * baselineWindow_.count(), 1.0);
  const double baselineDeviation = usual.deviationMs > 0 ? usual.deviationMs : usualMs;
  double deviation =
      std::max(std::sqrt(std::max(tally.sumSquares / tally.calls - mean * mean, 0.0)), baselineDeviation);
  if (evidence < fewCalls || baselineCalls < fewCalls) deviation = std::max(deviation, std::abs(mean - usualMs));

  sum.calls += tally.calls;
  sum.actualMs += tally.totalMs;
  sum.expectedMs += tally.calls * usualMs;
  sum.evidence += evidence;
  sum.actualVariance += tally.calls * deviation * deviation;
  sum.expectedVariance += tally.calls * tally.calls * baselineDeviation * baselineDeviation / baselineCalls;
}

bool LatencyWatch::isBad(const Weighed& weighed, double allowance) const {
  const double limit = limits_.factor * allowance * weighed.expectedMs;
  if (weighed.actualMs <= limit) return false;
  const double riseMs = weighed.actualMs - weighed.expectedMs;
  if (riseMs / weighed.calls >= leastRiseMs) return true;
  return weighed.actualMs > 2 * limit && weighed.seconds > 0 && riseMs / weighed.seconds >= leastRisePerSecond;
}

bool LatencyWatch::isCertain(const Weighed& weighed, double allowance) const {
  const double factor = limits_.factor * allowance;
  const double limit = factor * weighed.expectedMs;
  const double error = std::sqrt(weighed.actualVariance + factor * factor * weighed.expectedVariance);
  const double relativeError = std::sqrt(weighed.actualVariance / (weighed.actualMs * weighed.actualMs) +
                                         weighed.expectedVariance / (weighed.expectedMs * weighed.expectedMs));
  return weighed.actualMs - limit >= errorsOfDifference * error &&
         std::log(weighed.actualMs / limit) >= errorsOfRatio * relativeError;
}

void LatencyWatch::Span::add(const Sample& sample, double sampleMs, const std::map<std::string, QueryBaseline>& known) {
  if (tallies.empty()) {
    // Seconds without a finished call before the first one say nothing of it.
    *this = {};
    start = sample.at - std::chrono::duration_cast<std::chrono::steady_clock::duration>(sample.length);
    heldFrom = sample.at;
  }
  length += sample.length;
  allMs += sampleMs;
  for (const auto& [id, usual] : known) {
    const auto found = sample.queries.find(id);
    if (found == sample.queries.end() || found->second.calls <= 0) continue;
    tallies[id].add({found->second.calls, found->second.totalMs, found->second.sumSquares});
  }
}

void LatencyWatch::Span::add(const Span& other) {
  if (empty()) {
    start = other.start;
    heldFrom = other.heldFrom;
  }
  length += other.length;
  allMs += other.allMs;
  for (const auto& [id, tally] : other.tallies) tallies[id].add(tally);
}

void LatencyWatch::Tally::add(const Tally& other) {
  calls += other.calls;
  totalMs += other.totalMs;
  sumSquares += other.sumSquares;
}

}  // namespace hotswap::monitor
