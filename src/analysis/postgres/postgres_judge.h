#pragma once
#include <chrono>
#include <memory>

#include "analysis/dialect.h"
#include "analysis/postgres/known_schema.h"

namespace hotswap::analysis::postgres {

/// PostgreSQL: effects by the parse tree and the schema, and the rules of rules/rules.h.
class PostgresDialect final : public Dialect {
 public:
  [[nodiscard]] std::vector<RuleInfo> rules() const override;
  [[nodiscard]] std::unique_ptr<Judge> judge(std::chrono::sys_days today) const override;
};

/// A judge that knows this of the database from the start.
std::unique_ptr<Judge> judgeFrom(const KnownSchema& start, std::chrono::sys_days today);

}  // namespace hotswap::analysis::postgres
