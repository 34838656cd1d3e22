#pragma once
#include <span>
#include <string>

#include "domain/snapshot.h"
#include "monitor/sample.h"

namespace hotswap::monitor {

/// The baseline of an instance from the samples taken before the change. Pure.
Baseline makeBaseline(const std::string& instance, std::span<const Sample> samples, TimePoint at);

}  // namespace hotswap::monitor
