#pragma once
#include <vector>

#include "analysis/dialect.h"
#include "domain/report.h"

namespace hotswap::analysis {

/// Says in `report`, whose statements are those judged, how each is taken back, and how all of them are: the last
/// first. Says nothing where no inverses were asked for.
void addInverses(ValidationReport& report, const std::vector<Judgement>& judgements);

}  // namespace hotswap::analysis
