#pragma once
#include "strategy/plan.h"

namespace hotswap::strategy {

/// The primary, at once.
Plan direct(const ExecutionOptions& options);

}  // namespace hotswap::strategy
