#include "monitor/baseline.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace hotswap::monitor {

namespace {

std::vector<Sample> alikeAndCleaned(std::span<const Sample> samples) {
  std::set<std::string> own;
  for (const Sample& sample : samples) own.insert(sample.ownQueryIds.begin(), sample.ownQueryIds.end());
  std::vector<Sample> kept;
  for (const Sample& sample : samples) {
    if (sample.hasQueryCounters != samples.back().hasQueryCounters) continue;
    kept.push_back(sample);
    for (const std::string& id : own) kept.back().queries.erase(id);
  }
  return kept;
}

}  // namespace

Baseline makeBaseline(const std::string& instance, std::span<const Sample> samples, TimePoint at) {
  Baseline baseline;
  baseline.instance = instance;
  baseline.capturedAt = at;
  const std::vector<Sample> kept = alikeAndCleaned(samples);
  baseline.snapshot = summarise(instance, kept, at);

  std::map<std::string, QuerySample> sums;
  double allMs = 0;
  for (const Sample& sample : kept) {
    baseline.window += sample.length;
    for (const auto& [id, query] : sample.queries) {
      QuerySample& sum = sums[id];
      sum.calls += query.calls;
      sum.totalMs += query.totalMs;
      sum.sumSquares += query.sumSquares;
      allMs += query.totalMs;
    }
  }
  for (const auto& [id, sum] : sums) {
    if (sum.calls <= 0) continue;
    const double mean = sum.totalMs / sum.calls;
    baseline.queries[id] = {.meanMs = mean,
                            .callsPerSecond = sum.calls / baseline.window.count(),
                            .share = allMs > 0 ? sum.totalMs / allMs : 0,
                            .deviationMs = std::sqrt(std::max(sum.sumSquares / sum.calls - mean * mean, 0.0))};
  }
  return baseline;
}

}  // namespace hotswap::monitor
