#pragma once
#include "api/http.h"
#include "domain/snapshot.h"

namespace hotswap::api {

Json toJson(const PerformanceSnapshot& snapshot);
Json toJson(const Baseline& baseline);

}  // namespace hotswap::api
