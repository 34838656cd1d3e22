#include "analysis/dialect.h"

#include "analysis/postgres/postgres_judge.h"

namespace hotswap::analysis {

const Dialect* dialectOf(DatabaseType type) {
  static const postgres::PostgresDialect postgres;
  return type == DatabaseType::PostgreSQL ? &postgres : nullptr;
}

}  // namespace hotswap::analysis
