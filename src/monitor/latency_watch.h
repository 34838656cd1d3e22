#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/snapshot.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// Decides whether some queries, one or all that the baseline knew, have become slower than they were. Pure.
///
/// What is compared is the time that the calls took with the time that as many calls of the same queries would have
/// taken at their baseline means, so a change of the mix alone moves nothing. Five conditions keep chance out:
/// 1. No good second in between. A second with too few calls to tell is put together with the next ones until there are
///    five; those blocks are judged one by one, and a single good one ends the stretch of bad ones.
/// 2. The stretch lasts for the whole detection window, not counting its first second, which may be bad only in
///    part; and its sum is bad too.
/// 3. It rests on enough calls (`leastCalls`). A call in flight counts as one that has taken as long as it has run, but
///    only if that is longer than usual and fewer than half of the usual calls finish (or at least ten are in flight),
///    so that one stuck client proves nothing; as evidence it weighs as many calls as would have fitted into its time,
///    up to ten. That is how a query is found of which no call finishes any more.
/// 4. It is above the limit beyond chance, given the scatter of single calls in the baseline and now: by three standard
///    errors of the difference (a few outliers among many calls are no regression) and by four of the ratio's logarithm
///    (a baseline of few calls may have come out far too low, and there are many queries for which it may).
/// 5. The rise is at least 0.2 ms a call; or, for small hot queries, the mean is over twice the limit and the
///    rise comes to a tenth of a processor (100 ms a second).
class LatencyWatch {
 public:
  struct Limits {
    double factor = 1.5;  ///< of the baseline
    Seconds window{5};
    double leastCalls = 10;
  };
  /// What has been found: means per call over the bad stretch, ms.
  struct Finding {
    double meanMs = 0;
    double usualMs = 0;  ///< what the same calls took in the baseline
    double limitMs = 0;
    double share = 0;    ///< these queries' part of all execution time within the stretch, 0 to 1
    Seconds heldFor{0};  ///< from the beginning of the first bad block
  };

  /// `known`: the queries to watch with their baselines, which were measured over `baselineWindow`.
  LatencyWatch(std::map<std::string, QueryBaseline> known, Seconds baselineWindow, Limits limits);

  /// What the whole of a sample says to each of its queries.
  struct Surroundings {
    double allMs = 0;      ///< execution time of all queries in it, known or not
    double allowance = 1;  ///< widens the limit, for a machine that as a whole has become slower
  };
  /// Takes the next sample. Costs the number of known queries, not of those in the sample.
  std::optional<Finding> add(const Sample& sample, const Surroundings& surroundings);

 private:
  /// Finished calls.
  struct Tally {
    double calls = 0;
    double totalMs = 0;
    double sumSquares = 0;
    void add(const Tally& other);
  };
  struct Span {
    std::chrono::steady_clock::time_point start;
    std::chrono::steady_clock::time_point heldFrom;  ///< the end of its first sample
    Seconds length{0};                               ///< of the samples in it
    std::map<std::string, Tally> tallies;
    double allMs = 0;  ///< of all queries, known or not
    [[nodiscard]] bool empty() const { return length <= Seconds{0}; }
    void add(const Sample& sample, double sampleMs, const std::map<std::string, QueryBaseline>& known);
    void add(const Span& other);
  };
  /// A span and what was in flight at its end, weighed against the baseline.
  struct Weighed {
    double calls = 0;
    double actualMs = 0;
    double expectedMs = 0;
    double actualVariance = 0;
    double expectedVariance = 0;
    double evidence = 0;  ///< calls that it rests on
    double inFlightMs = 0;
    double seconds = 0;
  };
  [[nodiscard]] Weighed weigh(const Span& span, const Sample& newest) const;
  void weighQuery(Weighed& sum, const QueryBaseline& usual, Tally tally, const std::vector<double>& inFlight) const;
  [[nodiscard]] bool isBad(const Weighed& weighed, double allowance) const;
  [[nodiscard]] bool isCertain(const Weighed& weighed, double allowance) const;

  std::map<std::string, QueryBaseline> known_;
  Seconds baselineWindow_;
  Limits limits_;
  Span block_;
  Span stretch_;  ///< of bad blocks
  std::chrono::steady_clock::time_point lastBlockEnd_;
};

}  // namespace hotswap::monitor
