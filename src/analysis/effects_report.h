#pragma once
#include <vector>

#include "analysis/dialect.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// Says in `report.statements`, which are those judged, what each does to tables: locks, rewrites, scans, whom it
/// blocks for how long; and how long all of them take.
void addEffects(ValidationReport& report, const std::vector<Judgement>& judgements);

}  // namespace hotswap::analysis
