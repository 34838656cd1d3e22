#pragma once
#include "analysis/dialect.h"

namespace hotswap::analysis::postgres {

/// PostgreSQL: effects by the parse tree and the schema, and the rules of rules/rules.h.
class PostgresDialect final : public Dialect {
 public:
  [[nodiscard]] std::vector<RuleInfo> rules() const override;
  [[nodiscard]] std::unique_ptr<Judge> judge(std::chrono::sys_days today) const override;
};

}  // namespace hotswap::analysis::postgres
