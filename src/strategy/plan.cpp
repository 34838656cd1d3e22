#include "strategy/plan.h"

#include <fmt/format.h>

#include "strategy/direct.h"

namespace hotswap::strategy {

Plan makePlan(const DatabaseTarget& /*database*/, const ExecutionOptions& options) {
  if (options.strategy == Strategy::Direct) return direct(options);
  throw Error(ErrorCode::ValidationError,
              fmt::format("The strategy {} is not available yet; ask for Direct.", toText(options.strategy)),
              {{"strategy", "is not available yet; Direct is"}});
}

Strategy defaultStrategy(Environment /*environment*/, RiskLevel /*risk*/) { return Strategy::Direct; }

}  // namespace hotswap::strategy
