#pragma once
#include <span>
#include <string>

#include "domain/snapshot.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// The baseline of an instance from the samples taken before the change, in order. Pure.
///
/// A query is in it as it ran in these samples, from its finished calls alone; one that did not run in them is not in
/// it and will not be judged (what the server has counted in all its life says little about how it did just now).
/// Queries that turned out to be HotSwap's own in any of the samples are left out. Where query counters came or went in
/// between, only the samples like the last one count.
Baseline makeBaseline(const std::string& instance, std::span<const Sample> samples, TimePoint at);

}  // namespace hotswap::monitor
