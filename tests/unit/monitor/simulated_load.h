#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "monitor/baseline.h"
#include "monitor/breach.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// A query of a simulated application: exponentially distributed times, calls at random moments.
struct SimulatedQuery {
  double meanMs = 1;
  double callsPerSecond = 100;
};

/// Makes one-second samples of an application as a server would have counted them. Repeatable.
class SimulatedLoad {
 public:
  explicit SimulatedLoad(std::map<std::string, SimulatedQuery> application, std::uint64_t seed = 1)
      : queries(std::move(application)), random_(seed) {}

  /// The next second. `slowdown` is the machine's: it multiplies the times of all queries and probes.
  Sample next(double slowdown = 1) {
    ++second_;
    Sample sample{.at = std::chrono::steady_clock::time_point(std::chrono::seconds(1000 + second_)),
                  .timestamp = TimePoint(Milliseconds(1'800'000'000'000 + second_ * 1000)),
                  .length = Seconds(1)};
    sample.hasQueryCounters = true;
    sample.lockWaitMs = 0;
    for (const auto& [id, query] : queries) {
      const int calls = std::poisson_distribution<int>(query.callsPerSecond)(random_);
      if (calls > 0) sample.queries[id] = run(calls, query.meanMs * slowdown);
    }
    for (int probe = 0; probe < 10; ++probe) {
      sample.probeMs.push_back(0.1 * slowdown * std::lognormal_distribution<double>(0, 0.2)(random_));
    }
    return sample;
  }

  /// What the machine does to everybody in one second: up to 40 % faster or slower.
  double noise() { return std::uniform_real_distribution<double>(0.6, 1.4)(random_); }
  /// A number in [0, 1).
  double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  Baseline baseline(
      int seconds = 10, const std::function<double()>& slowdown = [] { return 1.0; }) {
    std::vector<Sample> samples;
    samples.reserve(static_cast<std::size_t>(seconds));
    for (int i = 0; i < seconds; ++i) samples.push_back(next(slowdown()));
    return makeBaseline("primary", samples, samples.back().timestamp);
  }

  std::map<std::string, SimulatedQuery> queries;

 private:
  QuerySample run(int calls, double meanMs) {
    QuerySample counted{.calls = static_cast<double>(calls), .totalMs = 0, .sumSquares = 0, .inFlight = {}};
    if (calls > 100) {  // the sum of so many is drawn at once
      counted.totalMs = std::gamma_distribution<double>(calls, meanMs)(random_);
      counted.sumSquares = 2 * counted.totalMs * counted.totalMs / calls;
      return counted;
    }
    std::exponential_distribution<double> time(1 / meanMs);
    for (int call = 0; call < calls; ++call) {
      const double took = time(random_);
      counted.totalMs += took;
      counted.sumSquares += took * took;
    }
    return counted;
  }

  std::mt19937_64 random_;
  std::int64_t second_ = 0;
};

/// How a detector took a stretch of time.
struct Watched {
  std::optional<Breach> breach;
  int seconds = 0;  ///< until the breach
};

/// Feeds `seconds` samples of `make` to the detector, until it finds a breach.
inline Watched watch(BreachDetector& detector, int seconds, const std::function<Sample()>& make) {
  for (int second = 1; second <= seconds; ++second) {
    if (auto breach = detector.add(make())) return {std::move(breach), second};
  }
  return {std::nullopt, seconds};
}

}  // namespace hotswap::monitor
